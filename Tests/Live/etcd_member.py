"""An etcd member of one, on loopback, for as long as a `with` block lasts."""
import http.client
import os
import shutil
import socket
import subprocess
import tempfile
import time


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()


class Member:
    def __init__(self, program="etcd"):
        self.program = program

    def __enter__(self):
        # A member syncs every write; in memory that costs nothing.
        memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
        self.folder = tempfile.mkdtemp(prefix="hindsight-etcd-", dir=memory)
        self.port, peer = free_ports(2)
        client_url, peer_url = (f"http://127.0.0.1:{port}" for port in (self.port, peer))
        # Whatever the machine's own etcd is configured with is not meant for this one.
        environment = {k: v for k, v in os.environ.items() if not k.startswith("ETCD_")}
        self.log = open(os.path.join(self.folder, "log"), "wb")
        self.process = subprocess.Popen(
            [self.program, "--name", "m", "--data-dir", os.path.join(self.folder, "data"),
             "--enable-v2=true", "--listen-client-urls", client_url,
             "--advertise-client-urls", client_url, "--listen-peer-urls", peer_url,
             "--initial-advertise-peer-urls", peer_url, "--initial-cluster", f"m={peer_url}"],
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log, env=environment)
        try:
            self.await_ready()
        except BaseException:
            self.__exit__()
            raise
        return self

    def await_ready(self):
        end = time.monotonic() + 30
        while time.monotonic() < end:
            if self.process.poll() is not None:
                break
            try:
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
                connection.request("GET", "/v2/keys/?quorum=true")
                if connection.getresponse().status == 200:
                    return
            except (OSError, http.client.HTTPException):
                pass
            finally:
                connection.close()
            time.sleep(0.05)
        with open(os.path.join(self.folder, "log"), errors="replace") as log:
            tail = log.read()[-1500:]
        raise RuntimeError(f"{self.program} does not serve /v2/keys:\n{tail}")

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)
