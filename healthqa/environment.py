"""Typed reading of environment variables; every mistake names its variable."""

import json
import os
import re
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from django.core.exceptions import ImproperlyConfigured

TRUE = {"1", "true", "yes", "on"}
FALSE = {"", "0", "false", "no", "off"}
PHONE = re.compile(r"\+?[0-9](?:[ -]?[0-9]){2,14}")  # as people write it; tel: takes the digits
DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)*[a-z][a-z0-9-]*[a-z0-9]")
HOST = re.compile(r"[a-z0-9._-]+|[0-9a-f:.]+")  # Chinese domains in their ASCII form, as browsers send them


def env_text(name: str, default: str = "") -> str:
    return os.environ.get(name, default).strip()


def env_bool(name: str, default: bool = False) -> bool:
    """Read a switch. Raises ImproperlyConfigured for anything but 1/0, true/false, yes/no, on/off."""
    raw = os.environ.get(name)
    if raw is None:
        return default
    value = raw.strip().lower()
    if value in TRUE:
        return True
    if value in FALSE:
        return False
    raise ImproperlyConfigured(f"{name} must be 1 or 0, not {raw!r}.")


def env_int(name: str, default: int, minimum: int = 0) -> int:
    """Read a whole number. Raises ImproperlyConfigured when it is not one or is below `minimum`."""
    raw = env_text(name)
    if not raw:
        return default
    try:
        value = int(raw)
    except ValueError:
        value = None
    if value is None or value < minimum:
        raise ImproperlyConfigured(f"{name} must be a whole number of at least {minimum}, not {raw!r}.")
    return value


def env_choice(name: str, *choices: str) -> str:
    """Read one of some words, the first where there is none. Raises ImproperlyConfigured for any other."""
    value = env_text(name) or choices[0]
    if value not in choices:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(choices)}, not {value!r}.")
    return value


def env_folder(name: str, *files: str) -> str:
    """Read the path of a folder, "" where none is set. Raises ImproperlyConfigured unless it holds one of `files`."""
    value = env_text(name)
    if value and not any(Path(value, file).is_file() for file in files):
        raise ImproperlyConfigured(f"{name} must be a folder that holds {' or '.join(files)}, not {value!r}.")
    return value


def env_list(name: str) -> list[str]:
    """Read comma-separated values; empty items are dropped."""
    return [item.strip() for item in os.environ.get(name, "").split(",") if item.strip()]


def env_origin(name: str, default: str) -> str:
    """Read scheme://host[:port]. Raises ImproperlyConfigured for anything else, a path included."""
    raw = env_text(name) or default
    parts = web_address(raw)
    if parts is None or parts.path not in ("", "/"):
        raise ImproperlyConfigured(f"{name} must look like https://www.example.org, not {raw!r}.")
    return f"{parts.scheme}://{parts.netloc}"


def env_domain(name: str, default: str) -> str:
    """Read the name of a domain, in small ASCII letters; an IP address as default is none: "".

    Raises ImproperlyConfigured for anything else.
    """
    raw = env_text(name)
    if raw and not DOMAIN.fullmatch(raw):
        raise ImproperlyConfigured(f"{name} must look like example.org, not {raw!r}.")
    value = raw or default
    return value if DOMAIN.fullmatch(value) else ""


def web_address(raw: str) -> SplitResult | None:
    """Return the parts of http(s)://host[:port][/path], or None for anything else."""
    try:
        parts = urlsplit(raw)
        valid = parts.scheme in ("http", "https") and HOST.fullmatch(parts.hostname or "") and parts.port != 0
    except ValueError:
        return None
    return parts if valid and not (parts.query or parts.fragment or parts.username) else None


def env_phone(name: str, default: str) -> str:
    """Read a telephone number. Raises ImproperlyConfigured for what no telephone can dial."""
    value = env_text(name) or default
    if not PHONE.fullmatch(value):
        raise ImproperlyConfigured(f"{name} must be a telephone number like {default}, not {value!r}.")
    return value


def env_header(name: str, default: str) -> str:
    """Read the name of a header: letters and digits, or the default. Raises ImproperlyConfigured for another."""
    value = env_text(name) or default
    if value != default and not re.fullmatch("[A-Za-z][A-Za-z0-9]{0,63}", value):
        raise ImproperlyConfigured(f"{name} must be {default}, or letters and digits alone, not {value!r}.")
    return value


def env_secret(name: str, pattern: str, looks: str) -> str:
    """Read a key or token, "" where there is none. Raises ImproperlyConfigured, without it, unless it `looks` so."""
    value = env_text(name)
    if value and not re.fullmatch(pattern, value, re.ASCII):
        raise ImproperlyConfigured(f"{name} must be {looks}. (It is not shown here, because it may be a secret.)")
    return value


def env_endpoint(name: str, default: str) -> str:
    """Read the web address of a service. Raises ImproperlyConfigured for anything else."""
    raw = env_text(name) or default
    if web_address(raw) is None:
        raise ImproperlyConfigured(f"{name} must look like {default}, not {raw!r}.")
    return raw


def env_texts(name: str, pattern: str, keys: str) -> dict[str, str]:
    """Read a JSON object of texts whose names match `pattern`, which `keys` says in words."""
    raw = env_text(name)
    try:
        texts = json.loads(raw) if raw else {}
    except ValueError:
        texts = None
    if not isinstance(texts, dict) or not all(isinstance(text, str) and text.strip() for text in texts.values()):
        raise ImproperlyConfigured(f'{name} must be a JSON object like {{"name": "text"}}, not {raw!r}.')
    for key in texts:
        if not re.fullmatch(pattern, key, re.ASCII):
            raise ImproperlyConfigured(f"{name}: {key!r} is not {keys}.")
    return texts


def is_cache_address(url: str) -> bool:
    """Tell whether `url` is one of Redis; with a wrong one no limit would hold, and nobody would know."""
    try:
        parts = urlsplit(url)
        return parts.scheme in ("redis", "rediss", "unix") and bool(parts.netloc or parts.path) and parts.port != 0
    except ValueError:
        return False


def env_licences(name: str) -> list[tuple[str, str, str]]:
    """Read the footer's licence numbers: a JSON list of [label, number, URL or ""]."""
    raw = env_text(name)
    if not raw:
        return []
    try:
        rows = json.loads(raw)
        licences = [tuple(row) for row in rows] if isinstance(rows, list) else [()]
    except (TypeError, ValueError):
        licences = [()]
    for row in licences:
        if len(row) != 3 or not all(isinstance(part, str) for part in row):
            raise ImproperlyConfigured(f'{name} must be a JSON list of ["label", "number", "URL"], not {raw!r}.')
        if row[2] and not row[2].startswith(("https://", "http://")):
            raise ImproperlyConfigured(f"{name}: {row[2]!r} is not a web address.")
    return licences
