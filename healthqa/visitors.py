"""Where a visitor comes from: from the connection, and from the proxies that are ours."""

import ipaddress
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    return address_of(request.META)


def address_of(environ: Mapping[str, Any]) -> str:
    """Return the IP address of the visitor whose request WSGI gives as `environ`.

    The header is believed only as far as TRUSTED_PROXIES proxies of ours have written it: each appends the address
    that it saw, so the visitor's is that many from the right. Anything else in the header is hearsay.
    """
    remote = str(environ.get("REMOTE_ADDR", ""))
    if not settings.TRUSTED_PROXIES:
        return remote
    header = f"HTTP_{settings.CLIENT_ADDRESS_HEADER.upper().replace('-', '_')}"
    hops = [hop.strip() for hop in environ.get(header, "").split(",")]
    try:
        return str(ipaddress.ip_address(hops[-settings.TRUSTED_PROXIES]))
    except (IndexError, ValueError):
        return remote
