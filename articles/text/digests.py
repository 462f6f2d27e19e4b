"""Digests that nobody without the site's secret key can make."""

import hashlib
import hmac

from django.conf import settings


def keyed(text: str) -> str:
    """Return 128 bits of a digest that nobody without the secret key can make, as hexadecimal digits."""
    return hmac.new(settings.SECRET_KEY.encode(), text.encode("utf-8", "replace"), hashlib.sha256).hexdigest()[:32]
