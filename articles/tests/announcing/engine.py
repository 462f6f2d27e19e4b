"""A search engine on loopback: a real server that answers what a test says and remembers what it was asked."""

import json
import socket
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from urllib.parse import parse_qs, urlsplit

CLOSED, HANGING, DRIPPING = "closed", "hanging", "dripping"


class Call:
    """One call as it came."""

    def __init__(self, path, body, content_type):
        parts = urlsplit(path)
        self.step, self.query = parts.path.strip("/"), parse_qs(parts.query)
        self.body, self.content_type = body, content_type

    @property
    def urls(self):
        if self.content_type.startswith("application/json"):
            return json.loads(self.body)["urlList"]
        return self.body.decode().split("\n")

    @property
    def paths(self):
        return [urlsplit(url).path for url in self.urls]


class Engine:
    """`answers` are given in their order, the last one again and again; each is (status, text or object, headers…)."""

    def __init__(self):
        self.calls, self.answers, self.ended = [], [], Event()
        engine = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                engine.answer(self)

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self.server.server_port}"

    def __enter__(self):
        Thread(target=self.server.serve_forever, args=[0.02], daemon=True).start()
        return self

    def __exit__(self, *error):
        self.ended.set()
        self.server.shutdown()
        self.server.server_close()

    def says(self, *answers):
        self.answers = list(answers)

    def takes_all(self, remain=90_000):
        """Answer as Baidu does when it takes everything."""
        self.answers = [lambda call: (200, {"remain": remain, "success": len(call.urls)})]

    @property
    def paths(self):
        """What was told, in order: (step, path)."""
        return [(call.step, path) for call in self.calls for path in call.paths]

    def answer(self, handler):
        body = handler.rfile.read(int(handler.headers["Content-Length"]))
        self.calls.append(Call(handler.path, body, handler.headers["Content-Type"]))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if callable(answer):
            answer = answer(self.calls[-1])
        if answer == CLOSED:
            handler.connection.shutdown(socket.SHUT_RDWR)
        elif answer == HANGING:
            self.ended.wait(10)
        elif answer == DRIPPING:
            self.drip(handler)
        else:
            status, said, *headers = answer
            text = said if isinstance(said, str) else json.dumps(said)
            handler.send_response(status)
            for name, value in headers:
                handler.send_header(name, value)
            handler.send_header("Content-Length", str(len(text.encode())))
            handler.end_headers()
            handler.wfile.write(text.encode())

    def drip(self, handler):
        handler.send_response(200)
        handler.send_header("Content-Length", "100000")
        handler.end_headers()
        try:
            while not self.ended.wait(0.05):
                handler.wfile.write(b" ")
                handler.wfile.flush()
        except OSError:
            pass
