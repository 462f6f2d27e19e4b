"""Codes of an authenticator app: RFC 6238 (TOTP) over RFC 4226 (HOTP), six digits each thirty seconds."""

import base64
import hashlib
import hmac
import struct
import unicodedata
from urllib.parse import quote, urlencode

STEP = 30  # seconds
DIGITS = 6
DRIFT = 1  # steps that the clock of a telephone may be before or behind


def bare(code: str) -> str:
    """Return a code as people type it without blanks, hyphens and full-width forms, in lower case."""
    return "".join(char for char in unicodedata.normalize("NFKC", code).lower() if char.isascii() and char.isalnum())


def code_at(secret: bytes, step: int) -> str:
    """Return the code of a step (RFC 4226, 5.3)."""
    digest = hmac.new(secret, struct.pack(">Q", step), hashlib.sha1).digest()
    offset = digest[-1] & 15
    number: int = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"


def matching_step(secret: bytes, code: str, seconds: float) -> int | None:
    """Return the step whose code this is at a time in seconds of Unix time, or None; every step is compared."""
    now = int(seconds) // STEP
    steps = range(max(0, now - DRIFT), now + DRIFT + 1)
    found = [step for step in steps if hmac.compare_digest(code_at(secret, step).encode(), code.encode())]
    return found[-1] if found else None


def written(secret: bytes) -> str:
    """Return a secret as it is typed into an app: base32 (RFC 4648) in groups of four."""
    text = base64.b32encode(secret).decode().rstrip("=")
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def address_for_apps(secret: bytes, account: str, site: str) -> str:
    """Return the otpauth:// address that an app reads from a QR code (Key Uri Format of Google Authenticator)."""
    query = urlencode({"secret": written(secret).replace(" ", ""), "issuer": site}, quote_via=quote)
    return f"otpauth://totp/{quote(site, safe='')}:{quote(account, safe='')}?{query}"
