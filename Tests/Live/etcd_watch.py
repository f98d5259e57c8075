"""One watch on an etcd: the events that its connection brings, without a thread."""
import select
import socket
import time


class Watch:
    def __init__(self, port, target):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        request = f"GET /v2/keys{target} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
        self.socket.sendall(request.encode("ascii"))
        self.status = None
        self.is_complete = False
        self.unread = b""
        self.is_chunked = False
        self.left = 0
        self.body = b""
        # etcd sends the head as soon as the watcher is registered.
        end = time.monotonic() + 10
        while self.status is None and time.monotonic() < end:
            self.receive(1)
        if self.status is None:
            raise RuntimeError(f"no answer to the watch {target}")

    def receive(self, seconds):
        """Takes what is there, waiting that long for it; whether anything came."""
        if not select.select([self.socket], [], [], seconds)[0]:
            return False
        data = self.socket.recv(1 << 16)
        if not data:
            self.is_complete = True
            return False
        self.unread += data
        if self.status is None:
            self.read_head()
        if self.status is not None:
            self.read_body()
        return True

    def read_head(self):
        head, separator, rest = self.unread.partition(b"\r\n\r\n")
        if not separator:
            return
        lines = head.decode("latin-1").split("\r\n")
        self.status = int(lines[0].split(" ")[1])
        headers = dict((name.lower(), value.strip()) for name, _, value in
                       (line.partition(":") for line in lines[1:]))
        self.is_chunked = headers.get("transfer-encoding") == "chunked"
        self.left = int(headers.get("content-length", 0))
        self.unread = rest

    def read_body(self):
        if not self.is_chunked:
            self.body += self.unread[:self.left]
            self.left -= len(self.unread[:self.left])
            self.unread = b""
            self.is_complete = self.left == 0
            return
        while True:
            size, separator, rest = self.unread.partition(b"\r\n")
            if not separator:
                return
            length = int(size, 16)
            if len(rest) < length + 2:
                return
            self.body += rest[:length]
            self.unread = rest[length + 2:]
            if length == 0:
                self.is_complete = True
                return

    def new_events(self):
        """The bodies of the events that arrived whole since the last call."""
        *lines, self.body = self.body.split(b"\n")
        if self.is_complete and self.body.strip():
            lines.append(self.body)
            self.body = b""
        return [line for line in lines if line.strip()]

    def close(self):
        self.socket.close()
