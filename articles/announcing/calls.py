"""One call to a service elsewhere: within bounds of time and size, and with nothing secret in what it raises."""

import http.client
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Timer
from urllib.parse import urlsplit

LONGEST = 1_000_000  # bytes of an answer: Baidu repeats what it refuses


@dataclass(frozen=True)
class Answer:
    status: int
    text: str
    retry_after: str = ""


class NoAnswer(Exception):
    """There was no answer, for the reason that it says in Chinese."""


def post(address: str, body: bytes, content_type: str, seconds: float) -> Answer:
    """Post `body` and return the Answer; redirects are answers. Raises NoAnswer, after `seconds` at the latest."""
    parts = urlsplit(address)
    make = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = make(str(parts.hostname), parts.port, timeout=seconds)
    path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    too_late = NoAnswer(f"{seconds:g} 秒内没有答复")
    deadline = Deadline(seconds)
    try:
        connection.connect()
        with deadline.of(connection.sock):
            connection.request("POST", path, body, {"Content-Type": content_type, "User-Agent": "healthqa"})
            with connection.getresponse() as response:
                text = response.read(LONGEST).decode("utf-8", "replace")
    except ssl.SSLError:
        raise NoAnswer("对方的证书不对") from None
    except TimeoutError:
        raise too_late from None
    except ConnectionRefusedError:
        raise NoAnswer("连不上") from None
    except socket.gaierror:
        raise NoAnswer("找不到对方的地址") from None
    except (OSError, http.client.HTTPException, ValueError):
        raise too_late if deadline.has_passed else NoAnswer("连接断了") from None
    finally:
        connection.close()
    if deadline.has_passed:
        raise too_late
    return Answer(response.status, text, response.headers.get("Retry-After", ""))


class Deadline:
    """Ends a connection that is still in use after so many seconds; a timeout is one of each step only."""

    def __init__(self, seconds: float) -> None:
        self.seconds, self.has_passed = seconds, False

    @contextmanager
    def of(self, connected: socket.socket) -> Iterator[None]:
        timer = Timer(self.seconds, self.hang_up, [connected])
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def hang_up(self, connected: socket.socket) -> None:
        self.has_passed = True
        with suppress(OSError):  # it has ended by itself
            connected.shutdown(socket.SHUT_RDWR)
