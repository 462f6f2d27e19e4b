"""Who asks while something else goes wrong: calm readers, an echo beside them, and those who need the database."""

import http.client
import multiprocessing
import socketserver
import statistics
import threading
import time
from urllib.parse import quote

import load

CALM = ("/articles/1/", "/", "/static/css/site.css", "/favicon.ico", "/livez")
ECHO = "echo"  # what a process that does nothing else answers: the machine's own delays
TOKEN = "x" * 32  # a form's token is any that the cookie repeats
SENT = {
    "Content-Type": "application/x-www-form-urlencoded",
    "Cookie": f"csrf={TOKEN}",
    "Sec-Fetch-Site": "same-origin",
}
PAUSE = 0.02  # seconds between two requests of a calm reader


class Answer(socketserver.StreamRequestHandler):
    """Answers each request on a connection with two bytes."""

    disable_nagle_algorithm = True

    def handle(self):
        while self.rfile.readline():
            while self.rfile.readline().strip():
                pass
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")


def echo(told):
    """Serve Answers for ever, and put the port into `told`."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Answer) as server:
        server.daemon_threads = True
        told.put(server.server_address[1])
        server.serve_forever()


class Readers:
    """Calm readers of what needs no database, in a process of their own, because this one is busy causing trouble.

    One more asks an echo, which is a process too: what it waits for, the site is not to blame for.
    """

    def __init__(self, port):
        own = multiprocessing.get_context("spawn")
        self.is_over, self.found = own.Event(), own.Queue()
        told = own.Queue()
        self.echo = own.Process(target=echo, args=(told,), daemon=True)
        self.echo.start()
        asked = [*((port, path) for path in CALM), (told.get(), ECHO)]
        self.process = own.Process(target=read_calmly, args=(asked, self.is_over, self.found), daemon=True)

    def __enter__(self):
        self.process.start()
        self.found.get()  # it reads
        return self

    def __exit__(self, *error):
        self.is_over.set()
        self.times, self.failures = self.found.get()
        self.process.join()
        self.echo.terminate()
        self.echo.join()

    def told(self, is_echo=False):
        times = [seconds for path, some in self.times.items() if (path == ECHO) == is_echo for seconds in some]
        outcome = load.Outcome(times)
        failed = sum(failure.startswith(ECHO) == is_echo for failure in self.failures)
        figures = outcome.percentile(0.5), outcome.percentile(0.99), max(times) * 1000
        return "{:6.1f} {:7.1f} {:8.1f}   {:5} asked, {} failed".format(*figures, len(times), failed)


def read_calmly(asked, is_over, found):
    """Ask each (port, path) every PAUSE seconds, on kept connections; put ({path: times}, failures) at the end."""
    times, failures = {path: [] for _, path in asked}, []

    def read(port, path):
        connection = load.Connection(port)
        while not is_over.is_set():
            time.sleep(PAUSE)
            began = time.perf_counter()
            try:
                status = connection.ask("GET", path if path != ECHO else "/")[0]
            except OSError as error:
                status = error
                connection.close()
            times[path].append(time.perf_counter() - began)
            if status != 200:
                failures.append(f"{path}: {status}")

    threads = [threading.Thread(target=read, args=one) for one in asked]
    for thread in threads:
        thread.start()
    found.put("reading")
    for thread in threads:
        thread.join()
    found.put((times, failures))


def ask(port, path, seconds=60, method="GET", body=None):
    """Return (status or error, seconds) of one request on a connection of its own."""
    began = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=seconds)
    headers = SENT if body else {}
    try:
        connection.request(method, quote(path, safe="/?=&"), body, headers)
        status = connection.getresponse().status
    except OSError as error:
        status = type(error).__name__
    finally:
        connection.close()
    return status, time.perf_counter() - began


class Asking:
    """Many who ask for what needs the database, each anew."""

    def __init__(self, port, how_many, paths, method="GET", body=None):
        self.answers, self.is_over, self.number = [], threading.Event(), 0
        self.port, self.paths, self.method, self.body = port, paths, method, body
        self.threads = [threading.Thread(target=self.work, args=(number,)) for number in range(how_many)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *error):
        self.is_over.set()
        for thread in self.threads:
            thread.join()

    def work(self, who):
        turn = 0
        while not self.is_over.is_set():
            turn += 1
            path = self.paths[(who + turn) % len(self.paths)].format(who=who, turn=turn)
            self.answers.append(ask(self.port, path, method=self.method, body=self.body))
            time.sleep(PAUSE)

    def told(self):
        kinds = {}
        for status, seconds in self.answers:
            kinds.setdefault(status, []).append(seconds)
        return "; ".join(
            f"{status} × {len(times)} ({statistics.median(times) * 1000:.0f}, longest {max(times) * 1000:.0f} ms)"
            for status, times in sorted(kinds.items(), key=str)
        )
