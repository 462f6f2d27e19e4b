"""The same strict security headers on every answer: pages, errors, static files, feeds and the admin."""

import base64
import hashlib
import re
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.functional import cached_property
from django_prose_editor.widgets import importmap

POLICY = (
    "default-src 'none'; script-src 'self'{import_map}; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
PERMISSIONS = (
    "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), "
    "microphone=(), midi=(), payment=(), usb=(), browsing-topics=()"
)
DRAFTS = "/drafts/"


class SecurityHeadersMiddleware:
    """Add what Django's own SecurityMiddleware does not know: the policy, permissions and cross-origin rules."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        headers = response.headers
        in_admin = request.path_info.startswith("/admin/")
        headers["Content-Security-Policy"] = self.admin_policy if in_admin else POLICY.format(import_map="")
        headers["Permissions-Policy"] = PERMISSIONS
        headers["Cross-Origin-Resource-Policy"] = "same-origin"
        if request.path_info.startswith(DRAFTS):
            headers["Referrer-Policy"] = "no-referrer"  # errors and redirects, too: the address is a secret
        # Sent too when a proxy says that it speaks HTTPS; browsers ignore it on plain HTTP (RFC 6797, 8.1).
        if request.is_secure() or request.headers.get("X-Forwarded-Proto") == "https":
            headers.setdefault("Strict-Transport-Security", f"max-age={settings.SECURE_HSTS_SECONDS}")
        return response

    @cached_property
    def admin_policy(self) -> str:
        """The policy for the admin, which allows the editor's inline import map by its hash and nothing else."""
        script = re.fullmatch(r"<script[^>]*>(.*)</script>", str(importmap), re.DOTALL)[1]
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        return POLICY.format(import_map=f" 'sha256-{digest}'")
