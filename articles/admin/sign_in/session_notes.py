"""What a session notes of where it was begun, for its owner to know it again: no address, and no words of a browser."""

from django.http import HttpRequest

from articles.text.devices import device_of
from articles.text.digests import keyed
from healthqa.visitors import sender_of

DEVICE, NETWORK = "device", "network"


def note_place(request: HttpRequest) -> None:
    request.session[DEVICE] = device_of(request.headers.get("User-Agent", ""))
    request.session[NETWORK] = network_mark(sender_of(request.META))


def network_mark(network: str) -> str:
    """Return twelve digits by which a network is known again, and none of it is read."""
    return keyed(f"session network\n{network}")[:12]
