"""How often somebody may try: for the place it comes from, the account, and the address.

A browser that its owner has signed in with before has a count of its own, which no attack from elsewhere fills.
"""

from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format

from articles.models.sign_in_trial import Limit
from healthqa.visitors import client_address, network_of, site_of

from .known_browser import known_browser

WINDOW = timedelta(minutes=15)
FROM_PLACE = 5  # of one account from one address
FROM_BROWSER = 10
FROM_ADDRESS = 20  # of any accounts
FROM_SITE = 40  # of any accounts, from all networks of one IPv6 site: too few to keep an owner out elsewhere
# Of one account from all addresses. A first trial from an address costs 1, each further one 2: sixty addresses have
# sixty trials together at most, and after sixty that tried once a clean one still has its own.
OF_ACCOUNT = 61
# Codes are short, and who guesses them has the password: of a million, three are right at a time.
CODES_OF_ACCOUNT, WINDOW_OF_CODES = 21, timedelta(hours=1)
PASSWORD, CODE, PASSKEY = "password", "code", "passkey"


def limits_of(request: HttpRequest, what: str, name: str, user: User | None) -> list[Limit]:
    """Return what a trial of `what` (PASSWORD, CODE, PASSKEY) for the account called `name` counts in, its place first.

    `user` is the account of that name, if there is one: it only says whether this browser is its own.
    """
    name = name.lower()
    if browser := known_browser(request, user):
        return [Limit("browser", f"{what}\n{browser}", FROM_BROWSER, WINDOW, account=name)]
    address = client_address(request)
    network, site = network_of(address), site_of(address)
    most, window = (CODES_OF_ACCOUNT, WINDOW_OF_CODES) if what == CODE else (OF_ACCOUNT, WINDOW)
    return [
        Limit("place", f"{what}\n{name}\n{network}", FROM_PLACE, WINDOW, account=name),
        Limit("account", f"{what}\n{name}", most, window, account=name, repeat=2),
        Limit("address", f"{what}\n{network}", FROM_ADDRESS, WINDOW),
        *([Limit("site", f"{what}\n{site}", FROM_SITE, WINDOW)] if site else []),
    ]


def sentence(until: datetime) -> str:
    """Say when to try again; the same whether there is such an account or not."""
    wait = until - timezone.now()
    minutes = max(1, -(-int(wait.total_seconds() + 1) // 60))
    clock = date_format(timezone.localtime(until) + timedelta(seconds=59), "H:i")
    return f"试的次数太多了，请在 {clock} 以后（大约 {minutes} 分钟）再试。急用请找管理员。"
