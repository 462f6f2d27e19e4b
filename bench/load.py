"""A plain HTTP/1.1 client that keeps its connections, for asking many times and noticing every failure."""

import itertools
import socket
import threading
import time
from dataclasses import dataclass, field

HEADERS = "Host: {host}\r\nUser-Agent: bench\r\n"
COMPRESSED, PLAIN = "Accept-Encoding: gzip, deflate, br\r\n", "Accept-Encoding: identity\r\n"


class Connection:
    """One connection; `ask` sends a request and reads the whole answer."""

    def __init__(self, port, headers=""):
        self.port, self.socket, self.waiting = port, None, b""
        self.headers = HEADERS.format(host=f"127.0.0.1:{port}") + headers

    def ask(self, method, path, headers="", body=b""):
        """Return (status, headers as bytes, body). A connection that the server has closed is opened again.

        HTTP lets a server close an idle connection at any time, so a request that got no byte of an answer on a used
        one is sent again once (RFC 9110, 9.2.2), as browsers and proxies do.
        """
        if "Accept-Encoding" not in headers:
            headers += COMPRESSED
        length = f"Content-Length: {len(body)}\r\n" if method == "POST" else ""
        request = f"{method} {path} HTTP/1.1\r\n{self.headers}{headers}{length}\r\n".encode() + body
        is_used = self.socket is not None
        try:
            return self.send(request, method)
        except ConnectionError:
            started = bool(self.waiting)
            self.close()
            if not is_used or started or method == "POST":
                raise
            return self.send(request, method)

    def send(self, request, method):
        if self.socket is None:
            self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=30)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.waiting = b""
        self.socket.sendall(request)
        while (end := self.waiting.find(b"\r\n\r\n")) < 0:
            self.receive()
        head, self.waiting = self.waiting[:end], self.waiting[end + 4 :]
        status, lower = int(head[9:12]), head.lower()
        body = b""
        if method != "HEAD" and status not in (204, 304):
            body = self.body(lower)
        if b"connection: close" in lower:
            self.close()
        return status, head, body

    def body(self, head):
        if b"transfer-encoding: chunked" in head:
            parts = []
            while True:
                while b"\r\n" not in self.waiting:
                    self.receive()
                size, self.waiting = self.waiting.split(b"\r\n", 1)
                size = int(size, 16)
                while len(self.waiting) < size + 2:
                    self.receive()
                parts.append(self.waiting[:size])
                self.waiting = self.waiting[size + 2 :]
                if not size:
                    return b"".join(parts)
        at = head.index(b"content-length:") + 15
        length = int(head[at:].split(b"\r\n", 1)[0])
        while len(self.waiting) < length:
            self.receive()
        body, self.waiting = self.waiting[:length], self.waiting[length:]
        return body

    def receive(self):
        data = self.socket.recv(262_144)
        if not data:
            raise ConnectionResetError("closed by the server")
        self.waiting += data

    def close(self):
        if self.socket is not None:
            self.socket.close()
        self.socket, self.waiting = None, b""


@dataclass
class Outcome:
    """What became of many requests: their times in seconds, and those that failed."""

    times: list = field(default_factory=list)
    failures: list = field(default_factory=list)
    seconds: float = 0.0

    @property
    def rate(self):
        return len(self.times) / self.seconds if self.seconds else 0.0

    def percentile(self, part):
        """Return a percentile of the times in milliseconds."""
        times = sorted(self.times)
        return times[min(len(times) - 1, int(len(times) * part))] * 1000 if times else 0.0


def run(port, requests, clients=1, seconds=None, expected=(200,), headers=""):
    """Send `requests`, (method, path, headers, body) tuples, with `clients` connections; for `seconds` if given.

    An answer outside `expected`, and a connection that breaks, is a failure.
    """
    outcome, lock = Outcome(), threading.Lock()
    source = itertools.cycle(requests) if seconds else iter(requests)
    deadline = time.monotonic() + seconds if seconds else None

    def work():
        connection, times, failures = Connection(port, headers), [], []
        while deadline is None or time.monotonic() < deadline:
            with lock:
                request = next(source, None)
            if request is None:
                break
            began = time.perf_counter()
            try:
                status, _, _ = connection.ask(*request)
                if status not in expected:
                    failures.append(f"{request[1]}: {status}")
            except OSError as error:
                failures.append(f"{request[1]}: {error}")
                connection.close()
            times.append(time.perf_counter() - began)
        connection.close()
        with lock:
            outcome.times += times
            outcome.failures += failures

    began = time.monotonic()
    threads = [threading.Thread(target=work) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    outcome.seconds = time.monotonic() - began
    return outcome


def gets(paths, headers=""):
    return [("GET", path, headers, b"") for path in paths]
