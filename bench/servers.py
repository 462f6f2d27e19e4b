"""Servers under measurement: started, watched through /proc (Linux) and stopped."""

import atexit
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
HOST = "127.0.0.1"
THREADS = 4
POOL = re.search(r"--blocking-threads (\d+)", (ROOT / "Makefile").read_text())[1]  # most of them wait


def free_port():
    return free_ports(1)[0]


def free_ports(number):
    """Return different ports: one that is given back may be the next that is given."""
    found = [socket.create_server((HOST, 0)) for _ in range(number)]
    ports = [one.getsockname()[1] for one in found]
    for one in found:
        one.close()
    return ports


def nginx_path():
    return shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")


def lacking():
    """Return what there is not, and what will not be measured without it. Ends where nothing can be measured."""
    needs = {"granian": (BIN / "granian").exists(), "Linux (/proc)": Path("/proc/self/task").exists()}
    if missing := [name for name, is_there in needs.items() if not is_there]:
        raise SystemExit(f"nothing can be measured without {', '.join(missing)}")
    return [] if nginx_path() else ["nginx: its row of the table"]


def granian(target, port, workers=1):
    return [
        *(BIN / "granian", "--interface", "wsgi", "--host", HOST, "--port", port, "--workers", workers),
        *("--blocking-threads", POOL, "--http", 1, "--no-ws", "--backpressure", POOL, "--log-level", "warning"),
        *("--workers-kill-timeout", "10s", "--respawn-failed-workers", target),
    ]


def gunicorn(target, port, workers=1):
    return [
        *(BIN / "gunicorn", "--bind", f"{HOST}:{port}", "--workers", workers, "--worker-class", "gthread"),
        *("--threads", THREADS, "--keep-alive", 65, "--log-level", "warning", target),
    ]


COMMANDS = {"granian": granian, "gunicorn": gunicorn}


class Server:
    """A process tree that answers HTTP at `address`."""

    def __init__(self, name, command=None, environment=None, address=None, process=None, log=None):
        self.name, self.address, self.process = name, address, process
        if command:
            everything = {
                **os.environ,
                **(environment or {}),
                "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "bench")]),
            }
            self.process = subprocess.Popen([str(part) for part in command], env=everything, cwd=ROOT, stderr=log)
            atexit.register(self.stop)  # also when the bench ends with an error

    @property
    def port(self):
        return int(self.address.rpartition(":")[2].strip("/"))

    def wait_for(self, path):
        """Wait until the server answers `path` with 200. Raises RuntimeError after half a minute."""
        for _ in range(300):
            try:
                with urllib.request.urlopen(self.address + path, timeout=5) as response:
                    if response.status == 200:
                        return self
            except (OSError, urllib.error.URLError):
                if self.process and self.process.poll() is not None:
                    raise RuntimeError(f"{self.name} ended with {self.process.returncode}") from None
                time.sleep(0.1)
        raise RuntimeError(f"{self.name} does not answer {path}")

    def processes(self):
        """Return the ids of the process and of its descendants."""
        children = {}
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = stat.read_text().rpartition(")")[2].split()
            except OSError:
                continue
            children.setdefault(int(fields[1]), []).append(int(stat.parent.name))
        found, waiting = [], [self.process.pid]
        while waiting:
            found.append(waiting.pop())
            waiting += children.get(found[-1], [])
        return found

    def cpu(self):
        """Return the seconds of processor time, user and system, of all threads that run."""
        total = 0
        for pid in self.processes():
            for schedule in Path(f"/proc/{pid}/task").glob("*/schedstat"):
                try:
                    total += int(schedule.read_text().split()[0])
                except OSError:
                    continue
        return total / 1e9

    def memory(self):
        """Return the megabytes of memory of its own that the largest process holds: the worker."""
        return max(resident(pid) for pid in self.processes())

    def signal(self, number):
        self.process.send_signal(number)

    def stop(self):
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Peer(Server):
    """A server that somebody else has started on this machine; all processes that listen at its port are its own."""

    def __init__(self, name, address):
        parts = urlsplit(address)
        super().__init__(name, address=f"{parts.scheme}://{parts.netloc}")
        self.path = parts.path or "/"
        inodes = {
            line.split()[9]
            for table in ("tcp", "tcp6")
            for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]
            if int(line.split()[1].rpartition(":")[2], 16) == parts.port and line.split()[3] == "0A"
        }
        self.owners = [pid for pid in map(int, filter(str.isdigit, os.listdir("/proc"))) if inodes & sockets_of(pid)]
        if not self.owners:
            raise SystemExit(f"{name}: nobody listens at {address}")

    def processes(self):
        return self.owners


def sockets_of(pid):
    found = set()
    try:
        for descriptor in Path(f"/proc/{pid}/fd").iterdir():
            target = os.readlink(descriptor)
            if target.startswith("socket:["):
                found.add(target[8:-1])
    except OSError:
        pass
    return found


def resident(pid):
    try:
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("RssAnon:"):
                return int(line.split()[1]) / 1024
    except OSError:
        pass
    return 0
