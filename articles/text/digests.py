"""Digests that nobody without the site's secret key can make."""

import hashlib
import hmac

from django.conf import settings


def keyed(text: str) -> str:
    """Return 128 bits of a digest that nobody without the secret key can make, as hexadecimal digits."""
    return digest(text, settings.SECRET_KEY)


def is_keyed(text: str, claimed: str) -> bool:
    """Tell whether `claimed` is the digest of the text by the secret key or a former one (SECRET_KEY_FALLBACKS)."""
    said = claimed.encode("utf-8", "replace")
    return any(hmac.compare_digest(digest(text, key).encode(), said) for key in secret_keys())


def digest(text: str, key: str) -> str:
    return hmac.new(key.encode(), text.encode("utf-8", "replace"), hashlib.sha256).hexdigest()[:32]


def secret_keys() -> list[str]:
    """Return the secret key and the former ones."""
    return [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
