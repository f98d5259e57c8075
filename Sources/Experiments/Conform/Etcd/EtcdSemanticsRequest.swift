/// The requests behind the names of the steps, as the recorder sends them.
struct EtcdSemanticsRequest {
  let method: String
  let path: String
  let fields: [(String, String)]?

  private init(_ method: String, _ path: String, _ fields: [(String, String)]? = nil) {
    self.method = method
    self.path = path
    self.fields = fields
  }

  private static func put(_ path: String, _ fields: (String, String)...) -> Self {
    Self("PUT", path, fields)
  }

  static func named(_ name: String) -> Self? { all.first { $0.key == name }?.value }

  static let all: KeyValuePairs<String, Self> = [
    "set new": put("/a/k1", ("value", "v1"), ("ttl", "60")),
    "refresh ttl": put("/a/k1", ("ttl", "90"), ("refresh", "true"), ("prevExist", "true")),
    "refresh missing key": put(
      "/a/none", ("ttl", "90"), ("refresh", "true"), ("prevExist", "true")),
    "refresh without prevExist on existing": put("/a/k1", ("ttl", "91"), ("refresh", "true")),
    "refresh with value": put(
      "/a/k1", ("ttl", "91"), ("refresh", "true"), ("prevExist", "true"), ("value", "zzz")),
    "refresh without ttl": put("/a/k1", ("refresh", "true"), ("prevExist", "true")),
    "re-set same value": put("/a/k1", ("value", "v1"), ("ttl", "60")),
    "set without ttl (drops ttl)": put("/a/k1", ("value", "v1")),
    "set empty value": put("/a/k1", ("value", ""), ("ttl", "60")),
    "set with ttl only, no value field": put("/a/k1", ("ttl", "60")),
    "create existing prevExist=false": put("/a/k1", ("value", "x"), ("prevExist", "false")),
    "update prevExist=true": put("/a/k1", ("value", "u"), ("prevExist", "true")),
    "update missing": put("/a/none", ("value", "u"), ("prevExist", "true")),
    "cas ok": put("/a/k1", ("value", "c"), ("prevValue", "u")),
    "cas bad": put("/a/k1", ("value", "c2"), ("prevValue", "nope")),
    "post in-order": Self("POST", "/a/q", [("value", "job")]),
    "ttl=0": put("/a/k0", ("value", "x"), ("ttl", "0")),
    "ttl=bad": put("/a/k0", ("value", "x"), ("ttl", "abc")),
    "ttl=-1": put("/a/k0", ("value", "x"), ("ttl", "-1")),
    "ttl empty string": put("/a/k0", ("value", "x"), ("ttl", "")),
    "delete": Self("DELETE", "/a/k1"),
    "delete missing": Self("DELETE", "/a/k1"),
    "delete dir without recursive": Self("DELETE", "/a"),
    "get dir recursive": Self("GET", "/a?recursive=true"),
    "mkdir": put("/d", ("dir", "true"), ("ttl", "1")),
    "put in ttl dir": put("/d/x", ("value", "1")),
    "refresh empty-valued key": put("/e", ("value", ""), ("ttl", "30")),
    "refresh it": put("/e", ("ttl", "30"), ("refresh", "true"), ("prevExist", "true")),
    "delete dir recursive": Self("DELETE", "/a?recursive=true"),
  ]
}
