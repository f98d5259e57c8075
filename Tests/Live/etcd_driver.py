"""Runs cases of etcd v2 operations on a real member and writes down what it answered.

A case is a recording without answers, as `hindsight cases etcd` writes it; what comes back is a
recording that `hindsight conform etcd` judges. Indices in it count from the start of the case.
"""
import http.client
import json
import re
import time
import urllib.parse

from etcd_watch import Watch

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
BAD_ESCAPE = re.compile("%(?![0-9A-Fa-f]{2})")
# Millisecond stamps must tell two operations of a case apart, or their expiries would tie.
SPACING = 0.002
# An event that was caused has arrived when nothing came for that long.
QUIET = 0.06
# Later than planned by more than this, an expiry may fall between operations meant to be before it.
LATENESS = 0.4


class EtcdDriver:
    def __init__(self, member):
        self.port = member.port
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)

    def send(self, method, target, fields=None):
        """Status, headers and text of the answer to one request."""
        body = None if fields is None else urllib.parse.urlencode(
            fields if isinstance(fields, dict) else [tuple(pair) for pair in fields])
        for attempt in range(5):
            try:
                self.connection.request(
                    method, "/v2/keys" + target, body, {} if body is None else FORM)
                response = self.connection.getresponse()
                return response.status, response.headers, response.read().decode("utf-8")
            except (ConnectionResetError, BrokenPipeError):
                # A server that refuses a target closes before the body has come, and the reset may
                # overtake its answer. Such a request can be sent again: etcd never saw it.
                self.connection.close()
                if attempt == 4 or not BAD_ESCAPE.search(target.split("?")[0]):
                    raise

    def index(self):
        return int(self.send("GET", "/?quorum=true")[1]["X-Etcd-Index"])

    def record(self, case, attempts=3):
        """The case with the answers; run again when this machine was too slow to keep its times."""
        for attempt in range(attempts):
            recording, lateness = self.run(case)
            if lateness <= LATENESS:
                break
        return recording

    def run(self, case):
        self.base = self.index()
        self.start = time.monotonic()
        self.watches = {}
        self.seen = {}
        operations, lateness, planned = [], 0.0, 0.0
        try:
            for number, operation in enumerate(case["ops"]):
                began = time.monotonic()
                done = {**operation, "t_ms": round((began - self.start) * 1000)}
                if operation["op"] == "sleep_until":
                    planned = operation["ms"] / 1000
                    time.sleep(max(0.0, self.start + planned - began))
                else:
                    lateness = max(lateness, began - self.start - planned)
                    answer = self.perform(operation)
                    if answer is not None:
                        done["response"] = answer
                operations.append(done)
                self.drain(number, 0)
                time.sleep(max(0.0, began + SPACING - time.monotonic()))
            while self.drain(len(operations) - 1, QUIET):
                pass
            final = self.index() - self.base
            watches = [{"id": id, "completed": watch.is_complete, "events": self.seen[id]}
                       for id, watch in sorted(self.watches.items())]
        finally:
            for watch in self.watches.values():
                watch.close()
        self.clear()
        has_phases = any(operation["op"] == "sleep_until" for operation in case["ops"])
        return ({**case, "base_index": self.base, "ops": operations, "watches": watches,
                 "final_index": final}, lateness if has_phases else 0.0)

    def clear(self):
        """Leaves nothing for the next case; a POST to the root makes keys beside the case's own."""
        for node in json.loads(self.send("GET", "/")[2])["node"].get("nodes", []):
            self.send("DELETE", urllib.parse.quote(node["key"]) + "?recursive=true")

    def perform(self, operation):
        kind, key = operation["op"], operation.get("key", "")
        if kind == "request":
            return self.answer(
                *self.send(operation["method"], operation["target"], operation.get("fields")),
                operation)
        if kind == "watch":
            query = {"wait": "true", "recursive": flag(operation.get("recursive"))}
            if operation.get("waitIndex") is not None:
                query["waitIndex"] = self.base + operation["waitIndex"]
            if operation.get("stream"):
                query["stream"] = "true"
            target = key + "?" + urllib.parse.urlencode(query)
            self.watches[operation["id"]] = Watch(self.port, target)
            self.seen[operation["id"]] = []
            return None
        if kind == "get":
            query = f"?recursive={flag(operation.get('recursive'))}&sorted=true"
            return self.answer(*self.send("GET", key + query), operation)
        fields = {name: operation[name] for name in ("value", "ttl", "prevValue")
                  if name in operation}
        if "prevExist" in operation:
            fields["prevExist"] = flag(operation["prevExist"])
        if "prevIndex" in operation:
            fields["prevIndex"] = self.base + operation["prevIndex"]
        if operation.get("dir"):
            fields["dir"] = "true"
        if kind == "refresh":
            fields["refresh"] = "true"
        if kind in ("put", "refresh"):
            return self.answer(*self.send("PUT", key, fields), operation)
        if kind == "delete":
            if operation.get("recursive"):
                fields["recursive"] = "true"
            query = "?" + urllib.parse.urlencode(fields) if fields else ""
            return self.answer(*self.send("DELETE", key + query), operation)
        raise ValueError(f"unknown operation {kind}")

    def drain(self, number, seconds):
        """Takes the events that have arrived; whether there were any."""
        came = False
        for id, watch in self.watches.items():
            while not watch.is_complete and watch.receive(0 if came else seconds):
                came = True
            for line in watch.new_events():
                self.seen[id].append(
                    {"seen_after_op_index": number,
                     **self.normal(watch.status, json.loads(line))})
        return came

    def answer(self, status, headers, text, operation):
        index = headers.get("X-Etcd-Index")
        record = {"status": status}
        if operation.get("method") == "HEAD":
            pass
        elif headers.get("Content-Type") == "application/json":
            record = self.normal(status, json.loads(text))
            if operation["op"] == "request" and is_timeless(operation, text):
                record["body"] = text.removesuffix("\n")
        elif operation["op"] == "request":
            if "Location" in headers:
                path = headers["Location"].split("?")[0]
                record["location"] = urllib.parse.unquote(path, errors="replace")
            else:
                record["text"] = text.removesuffix("\n")
        # 0 says that the store was not asked.
        record["x_etcd_index"] = int(index) - self.base if int(index or 0) else None
        return record

    def normal(self, status, json):
        if "errorCode" in json:
            index = json["index"]
            return {"status": status, "errorCode": json["errorCode"],
                    "message": json["message"], "cause": json.get("cause", ""),
                    "index": index - self.base if index else None}
        record = {"status": status, "action": json["action"]}
        for name in ("node", "prevNode"):
            if name in json:
                record[name] = self.node(json[name])
        return record

    def node(self, json):
        record = {"key": json.get("key", "/"), "has_expiration": "expiration" in json}
        for name in ("value", "ttl"):
            if name in json:
                record[name] = json[name]
        if json.get("dir"):
            record["dir"] = True
        for name in ("modifiedIndex", "createdIndex"):
            if name in json:
                record[name] = json[name] - self.base
        if "nodes" in json:
            nodes = [self.node(each) for each in json["nodes"]]
            record["nodes"] = sorted(nodes, key=lambda node: node["key"])
        return record


def flag(value):
    return "true" if value else "false"


def is_timeless(operation, text):
    """Whether the text of an answer can be compared byte for byte.

    Expirations depend on the clock; an unsorted listing comes in the order of a Go map.
    """
    is_sorted = operation["method"] != "GET" or "sorted=true" in operation["target"]
    return '"expiration"' not in text and (is_sorted or '"nodes"' not in text)
