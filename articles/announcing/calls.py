"""One call to a service elsewhere: within bounds of time and size, and with nothing secret in what it raises."""

import http.client
import socket
import ssl
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
    # The timeout is one of each step; this one ends an answer that comes byte by byte, too.
    timer = Timer(seconds, hang_up, [connection])
    timer.daemon = True
    timer.start()
    try:
        path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        connection.request("POST", path, body, {"Content-Type": content_type, "User-Agent": "healthqa"})
        response = connection.getresponse()
        text = response.read(LONGEST).decode("utf-8", "replace")
        return Answer(response.status, text, response.headers.get("Retry-After", ""))
    except ssl.SSLError:
        raise NoAnswer("对方的证书不对") from None
    except TimeoutError:
        raise NoAnswer(f"{seconds:g} 秒内没有答复") from None
    except ConnectionRefusedError:
        raise NoAnswer("连不上") from None
    except socket.gaierror:
        raise NoAnswer("找不到对方的地址") from None
    except (OSError, http.client.HTTPException, ValueError):
        raise NoAnswer("连接断了" if timer.is_alive() else f"{seconds:g} 秒内没有答复") from None
    finally:
        timer.cancel()
        connection.close()


def hang_up(connection: http.client.HTTPConnection) -> None:
    """End the connection under whoever waits for it."""
    if connection.sock is not None:
        try:
            connection.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # it has ended by itself
