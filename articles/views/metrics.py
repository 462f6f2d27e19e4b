import hmac
import ipaddress
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from django.conf import settings
from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from articles.backup import databases, folder
from articles.models import AddressChange
from healthqa import metrics as figures
from healthqa.lanes import in_lane

# Who comes through a proxy comes from its address, which may be this machine's own.
PROXIED = ("X-Forwarded-For", "X-Forwarded-Proto", "Forwarded", "Via", "X-Request-ID")


@in_lane("health")
@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """The figures of this process; 404 to whoever has neither the token nor come from this machine itself."""
    if not may_see(request):
        return HttpResponse("没有这个页面\n", status=404, content_type="text/plain; charset=utf-8")
    return HttpResponse(figures.text(site_figures()), content_type="text/plain; version=0.0.4; charset=utf-8")


def may_see(request: HttpRequest) -> bool:
    if settings.METRICS_TOKEN:
        given = request.headers.get("Authorization", "")
        return hmac.compare_digest(given.encode(), f"Bearer {settings.METRICS_TOKEN}".encode())
    try:
        is_here = ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
    return is_here and not any(name in request.headers for name in (*PROXIED, settings.CLIENT_ADDRESS_HEADER))


def site_figures() -> Iterator[figures.Figure]:
    """Yield what is of the site and not of a process, as far as it can be told."""
    with suppress(Error):  # healthqa_database_down says it
        yield "healthqa_push_queue", "gauge", {}, AddressChange.objects.count()
    try:
        latest = folder.newest(Path(settings.BACKUP_FOLDER))
    except databases.Failed:
        return
    if latest:
        yield "healthqa_backup_age_seconds", "gauge", {}, latest.age
