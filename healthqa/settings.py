"""The only settings file. Everything an operator may change is an environment variable (docs/deploy.md)."""

from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

from .environment import (
    env_bool,
    env_choice,
    env_domain,
    env_endpoint,
    env_folder,
    env_header,
    env_int,
    env_licences,
    env_list,
    env_origin,
    env_phone,
    env_secret,
    env_text,
    env_texts,
    is_cache_address,
)

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"  # ignored by git: database, collected static files, secret key

# --- The site -----------------------------------------------------------------
DEBUG = env_bool("DEBUG")
SITE_NAME = env_text("SITE_NAME", "健康问答") or "健康问答"
SITE_URL = env_origin("SITE_URL", "http://127.0.0.1:8000")
HTTPS = SITE_URL.startswith("https://")
LICENCES = env_licences("LICENCES")

# --- Whom a reader in danger calls ----------------------------------------------
EMERGENCY_NUMBER = env_phone("EMERGENCY_NUMBER", "120")
MENTAL_HEALTH_LINE = env_phone("MENTAL_HEALTH_LINE", "12356")

# --- Medical review -----------------------------------------------------------
REVIEW_MONTHS = env_int("REVIEW_MONTHS", 24, minimum=1)

# --- Editing ------------------------------------------------------------------
REVIEW_REQUIRED = env_bool("REVIEW_REQUIRED", True)  # nobody publishes the own text before somebody else has seen it

# --- The page cache of each process; 0 MB switches it off ----------------------
PAGE_CACHE_MB = env_int("PAGE_CACHE_MB", 64)
PAGE_CACHE_SECONDS = env_int("PAGE_CACHE_SECONDS", 300, minimum=1)
SHARED_CACHE_SECONDS = env_int("SHARED_CACHE_SECONDS", 0)

# --- Limits for one address ---------------------------------------------------
LIKE_CHANGES_PER_MINUTE = env_int("LIKE_CHANGES_PER_MINUTE", 60, minimum=1)
LIKES_PER_ARTICLE_AND_DAY = env_int("LIKES_PER_ARTICLE_AND_DAY", 50, minimum=1)
SUGGESTIONS_PER_MINUTE = env_int("SUGGESTIONS_PER_MINUTE", 120, minimum=1)
SEARCH_MISSES_PER_MINUTE = env_int("SEARCH_MISSES_PER_MINUTE", 20, minimum=1)
REPORTS_PER_MINUTE = env_int("REPORTS_PER_MINUTE", 5, minimum=1)
REPORTS_PER_DAY = env_int("REPORTS_PER_DAY", 30, minimum=1)
REPORT_MIN_SECONDS = env_int("REPORT_MIN_SECONDS", 3)
TRUSTED_PROXIES = env_int("TRUSTED_PROXIES", 0)
# WSGI knows no difference between X-Forwarded-For and X_Forwarded_For. A name without a hyphen has no such twin.
CLIENT_ADDRESS_HEADER = env_header("CLIENT_ADDRESS_HEADER", "X-Forwarded-For")

# --- Editing ------------------------------------------------------------------
COPYEDIT_BLOCKING = env_list("COPYEDIT_BLOCKING")

# --- Search engines -----------------------------------------------------------
BAIDU_PUSH_TOKEN = env_secret("BAIDU_PUSH_TOKEN", "[A-Za-z0-9]{8,64}", "the 8 to 64 letters and digits that Baidu gave")
BAIDU_PUSH_SITE = env_origin("BAIDU_PUSH_SITE", SITE_URL)  # as it was verified there
BAIDU_PUSH_URL = env_endpoint("BAIDU_PUSH_URL", "http://data.zz.baidu.com").rstrip("/")
INDEXNOW_KEY = env_secret("INDEXNOW_KEY", "[A-Za-z0-9-]{8,128}", "8 to 128 letters, digits and hyphens")
INDEXNOW_URL = env_endpoint("INDEXNOW_URL", "https://api.indexnow.org/indexnow")
PUSH_IN_SERVER = env_bool("PUSH_IN_SERVER")  # else a timer runs push_addresses
PUSH_TIMEOUT = env_int("PUSH_TIMEOUT", 20, minimum=1)
VERIFICATION_FILES = env_texts(
    "VERIFICATION_FILES", r"[\w-]+\.(txt|html|xml)", "a file name like baidu_verify_abc.html"
)
VERIFICATION_CODES = env_texts("VERIFICATION_CODES", "baidu|sogou|360|bing|google", "baidu, sogou, 360, bing or google")

# --- Security -----------------------------------------------------------------


def read_secret_key() -> str:
    """Return SECRET_KEY, else the key that `make run` generated. Raises ImproperlyConfigured without either."""
    if key := env_text("SECRET_KEY"):
        return key
    try:
        return (VAR_DIR / "secret-key").read_text().strip()
    except FileNotFoundError:
        raise ImproperlyConfigured(
            "SECRET_KEY is not set. Set it to 50 or more random characters, or use `make run`, which makes a key."
        ) from None


SECRET_KEY = read_secret_key()
SECRET_KEY_FALLBACKS = env_list("SECRET_KEY_FALLBACKS")  # former keys: what they signed stays good
ALLOWED_HOSTS = [str(urlsplit(SITE_URL).hostname), "127.0.0.1", "localhost", "[::1]", *env_list("ALLOWED_HOSTS")]
CSRF_TRUSTED_ORIGINS = [SITE_URL]
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
CSRF_COOKIE_SECURE = HTTPS
CSRF_FAILURE_VIEW = "articles.views.errors.csrf_failure"
SESSION_ENGINE = "healthqa.sessions"
SESSION_COOKIE_AGE = env_int("SESSION_HOURS", 12, minimum=1) * 3600  # from signing in
SESSION_IDLE = timedelta(minutes=env_int("SESSION_IDLE_MINUTES", 60, minimum=5))
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
SESSION_COOKIE_SECURE = HTTPS
REQUIRE_SECOND_FACTOR = env_choice("REQUIRE_SECOND_FACTOR", "once-used", "weighty", "everybody", "nobody")
PASSKEY_DOMAIN = env_domain("PASSKEY_DOMAIN", str(urlsplit(SITE_URL).hostname))  # whose passkeys are; none for an IP
SECURE_HSTS_SECONDS = 63_072_000
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = HTTPS
SECURE_SSL_HOST = urlsplit(SITE_URL).netloc  # never the Host of the request
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^metrics$"]  # load balancers ask over plain HTTP
# A visitor who forges this header only tells lies about the own request; the proxy in front overwrites it.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
X_FRAME_OPTIONS = "DENY"
# Django would keep them in a cookie of their own, whose name says of no host that it is the only one to set it.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
# W005 and W021 ask for includeSubDomains and preload: decisions about a whole domain, which belong to its owner.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]

# --- Application --------------------------------------------------------------
INSTALLED_APPS = [
    "healthqa.apps.AdminConfig",  # django.contrib.admin
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "taggit",
    "django_prose_editor",
    "articles",
]
MIDDLEWARE = [
    "healthqa.numbers.NumberMiddleware",
    "healthqa.slow.SlowRequestMiddleware",
    "healthqa.headers.SecurityHeadersMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",  # after what its redirect to HTTPS must carry too
    "healthqa.releases.StaticFilesMiddleware",
    "healthqa.outage.OutageMiddleware",
    "healthqa.compression.TextCompressionMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "healthqa.strangers.StrangersMiddleware",  # before the next one, which reads forms
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "healthqa.idle.IdleMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
ROOT_URLCONF = "healthqa.urls"
WSGI_APPLICATION = "healthqa.wsgi.django_application"  # of runserver: without the page cache
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]
TAGGIT_TAGS_FROM_STRING = "articles.text.tag_names.split_tags"
EMBEDDING_MODEL = env_folder("EMBEDDING_MODEL", "model.onnx", "onnx/model.onnx")  # search by meaning (docs/deploy.md)
# A class as engine/seam.py describes.
SEARCH_ENGINE = f"articles.models.{'embedding_engine.EmbeddingEngine' if EMBEDDING_MODEL else 'own_engine.OwnEngine'}"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "healthqa.uploads.BoundedUploadHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "articles.admin.sign_in.password_rules.GuessableValidator"},
]

# --- Database and cache -------------------------------------------------------
PGBOUNCER = env_bool("PGBOUNCER")
try:
    DATABASES = {"default": dj_database_url.parse(env_text("DATABASE_URL") or f"sqlite:///{VAR_DIR / 'db.sqlite3'}")}
except ValueError as error:
    raise ImproperlyConfigured(f"DATABASE_URL: {error}") from None
database = DATABASES["default"]
if database["ENGINE"] not in ("django.db.backends.sqlite3", "django.db.backends.postgresql") or not database["NAME"]:
    raise ImproperlyConfigured("DATABASE_URL must be sqlite:///path or postgres://user:password@host/name.")
if database["ENGINE"].endswith("sqlite3"):
    database["ENGINE"] = "healthqa.sqlite"
    # One connection a thread for good: with a new one a request, a full disk makes every page fail.
    database["CONN_MAX_AGE"] = None
    database["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA mmap_size=1073741824;"
            "PRAGMA cache_size=-4000; PRAGMA journal_size_limit=67108864; PRAGMA temp_store=MEMORY;"
            # 32 MB of the log: a question changes 250 pages, many of them those of the one before it, and with 4 MB
            # every fourth save waited for all of them to be written once more.
            "PRAGMA wal_autocheckpoint=8000"
        ),
    }
else:
    database["ENGINE"] = "healthqa.postgresql"
    database["CONN_MAX_AGE"] = 60
    database["CONN_HEALTH_CHECKS"] = True
    # A database that is gone is noticed within seconds, and no statement holds a page for ever.
    patience = {"connect_timeout": 2, "options": "-c statement_timeout=60s", "tcp_user_timeout": 3000}
    if PGBOUNCER:
        # Of its pool of transactions each may run on another connection: nothing outlives one, and no option is taken
        # at the start. The database itself has the timeout of statements then (docs/deploy.md).
        del patience["options"]
        database["DISABLE_SERVER_SIDE_CURSORS"] = True
    database["OPTIONS"] = {**patience, **database.get("OPTIONS", {})}

CACHE_URL = env_text("CACHE_URL")
if CACHE_URL and not is_cache_address(CACHE_URL):
    raise ImproperlyConfigured("CACHE_URL must look like redis://host:6379/0, rediss://… or unix://….")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": CACHE_URL,
        "OPTIONS": {"socket_connect_timeout": 0.5, "socket_timeout": 0.5},
    }
    if CACHE_URL
    else {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

# --- Language and time --------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True
LOCALE_PATHS = [BASE_DIR / "healthqa" / "locale"]

# --- Static files -------------------------------------------------------------
STATIC_URL = "static/"
# Files of this release and the last ones; their lists are beside it, and not served.
STATIC_ROOT = Path(env_text("STATIC_FOLDER") or VAR_DIR / "static").absolute() / "files"
STATIC_MADE = VAR_DIR / "static-made"  # names the release whose files make_static has made
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_ROOT = BASE_DIR / "static" / "root"  # /favicon.ico
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = DEBUG
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "healthqa.releases.ReleaseStorage"
    },
}

# --- Images of answers --------------------------------------------------------
MEDIA_ROOT = Path(env_text("MEDIA_ROOT") or VAR_DIR / "media")  # the same folder on every node

# --- Watching ------------------------------------------------------------------
METRICS_TOKEN = env_secret("METRICS_TOKEN", "[A-Za-z0-9_-]{20,200}", "20 to 200 letters, digits, _ and -")

# --- Backups ------------------------------------------------------------------
BACKUP_FOLDER = Path(env_text("BACKUP_FOLDER") or VAR_DIR / "backup").absolute()
BACKUPS_KEPT = env_int("BACKUPS_KEPT", 24, minimum=1)

# --- Logging ------------------------------------------------------------------
# One line an event on stderr. No address, no user, no search words and no signature of a draft's link.
LOG_FORMAT = env_choice("LOG_FORMAT", "line", "json")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "healthqa.log_lines.LineFormatter",
            "format": "{asctime} {levelname} {name}: {message}",
            "style": "{",
        },
        "json": {"()": "healthqa.log_lines.JsonFormatter"},
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        "django.request": {"level": "ERROR"},
        "fido2": {"level": "WARNING"},  # it would tell which passkey of whom
        "django.security.DisallowedHost": {"level": "CRITICAL"},
    },
}
