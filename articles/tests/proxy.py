"""Stands between a server and its database or cache, and does what networks and machines do to them."""

import contextlib
import selectors
import socket
import threading
import time


class Proxy:
    """Passes bytes from a port of its own to `port`, both on loopback, until `fault` says otherwise.

    Faults: None; "frozen", nothing passes and nothing breaks, new connections are taken and never answered; "refused",
    connections break and new ones are not taken; "slow", each piece comes `DELAY` seconds late.
    """

    DELAY = 0.1

    def __init__(self, port):
        self.target, self.fault, self.pairs, self.lock = port, None, [], threading.Lock()
        self.listener = self._listen(0)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _listen(self, port):
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        listener.listen(128)
        return listener

    def set(self, fault):
        """Begin a fault, or end it with None."""
        before, self.fault = self.fault, fault
        if fault == "refused":
            # A thread that waits in accept() keeps the socket listening; shutdown wakes it.
            self.listener.shutdown(socket.SHUT_RDWR)
            self.listener.close()
            self.cut()
        elif before == "refused":
            self.listener = self._listen(self.port)
            threading.Thread(target=self._accept, daemon=True).start()

    def cut(self):
        """Break all connections that there are, once."""
        with self.lock:
            pairs, self.pairs = self.pairs, []
        for end in (end for pair in pairs for end in pair):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _accept(self):
        listener = self.listener
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client):
        self._wait()
        try:
            server = socket.create_connection(("127.0.0.1", self.target), timeout=5)
        except OSError:
            client.close()
            return
        for end in (client, server):
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with self.lock:
            self.pairs.append((client, server))
        self._pass(client, server)

    def _pass(self, client, server):
        other = {client: server, server: client}
        with client, server, contextlib.suppress(OSError), selectors.DefaultSelector() as ready:
            for end in other:
                ready.register(end, selectors.EVENT_READ)
            while True:
                for key, _ in ready.select(1):
                    self._wait()
                    if not (data := key.fileobj.recv(65_536)):
                        return
                    if self.fault == "slow":
                        time.sleep(self.DELAY)
                    self._wait()
                    other[key.fileobj].sendall(data)

    def _wait(self):
        while self.fault == "frozen":
            time.sleep(0.02)
