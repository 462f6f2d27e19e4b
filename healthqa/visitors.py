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


def network_of(address: str) -> str:
    """Return an address as it is counted: of IPv6 the 64 bits that one subscriber has."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed.packed[:8] + bytes(8), 64)))


def site_of(address: str) -> str:
    """Return the 48 bits of an IPv6 address that one customer may have, with 65,536 networks; "" of any other."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(parsed, ipaddress.IPv4Address) or parsed.ipv4_mapped:
        return ""
    return str(ipaddress.ip_network((parsed.packed[:6] + bytes(10), 48)))


def sender_of(environ: Mapping[str, Any]) -> str:
    """Return the visitor's address as it is counted."""
    return network_of(address_of(environ))
