"""The settings as an operator meets them: read by a process of their own, from its environment alone."""

import json
import re
import shutil
import subprocess
import sys

import pytest
from django.conf import settings

KEY = "k" * 60
SHOW = """
import json
from healthqa import settings
print(json.dumps({name: getattr(settings, name) for name in dir(settings) if name.isupper()}, default=str))
"""
# A process that has loaded what settings import, and none of ours, and forks at each line for a reading of its own.
READER = """
import json, os, sys
import dj_database_url, django.core.exceptions
for line in sys.stdin:
    environment, said, complaint = json.loads(line)
    if not (child := os.fork()):
        for path, number in ((said, 1), (complaint, 2)):
            os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
        os.environ.clear()
        os.environ.update(environment)
        break
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
else:
    sys.exit()
"""


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """The settings package alone, so that no key or database of this checkout is found."""
    folder = tmp_path_factory.mktemp("copy")
    shutil.copytree(settings.BASE_DIR / "healthqa", folder / "healthqa", ignore=shutil.ignore_patterns("__pycache__"))
    return folder


@pytest.fixture(scope="module")
def read_settings(copy):
    """Return a function that reads the settings in a process of its own, with the environment that it is given."""
    said, complaint = copy / "said", copy / "complaint"
    command = [sys.executable, "-c", READER + SHOW]
    with subprocess.Popen(
        command, cwd=copy, env={}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as reader:

        def read(**environment):
            print(json.dumps([environment, str(said), str(complaint)]), file=reader.stdin, flush=True)
            status = int(reader.stdout.readline())
            return subprocess.CompletedProcess(command, status, said.read_text(), complaint.read_text())

        yield read
        reader.stdin.close()


def run(script, folder, environment):
    command = [sys.executable, "-c", script]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def good(result):
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


def test_nothing_but_a_key_is_needed(read_settings):
    values = good(read_settings(SECRET_KEY=KEY))
    assert values["DEBUG"] is False
    assert values["SITE_URL"] == "http://127.0.0.1:8000"
    assert values["DATABASES"]["default"]["ENGINE"] == "django.db.backends.sqlite3"
    assert "locmem" in values["CACHES"]["default"]["BACKEND"]
    assert (values["EMERGENCY_NUMBER"], values["MENTAL_HEALTH_LINE"]) == ("120", "12356")
    assert values["TIME_ZONE"] == "Asia/Shanghai"
    assert values["LANGUAGE_CODE"] == "zh-hans"


@pytest.mark.parametrize("key", [None, "", "   "])
def test_missing_key_stops_the_process_and_is_named(read_settings, key):
    result = read_settings(**({} if key is None else {"SECRET_KEY": key}))
    assert result.returncode != 0
    assert "SECRET_KEY is not set" in result.stderr.splitlines()[-1]


def test_key_that_make_run_wrote_is_used(copy, read_settings):
    (copy / "var").mkdir()
    (copy / "var" / "secret-key").write_text(f"{KEY}\n")
    try:
        assert good(read_settings())["SECRET_KEY"] == KEY
    finally:
        shutil.rmtree(copy / "var")


WRONG = [
    *(("DEBUG", value) for value in ("2", "ja", "True!", "None")),
    *(
        ("SITE_URL", value)
        for value in ("www.example.org", "ftp://x.org", "https://", "https://x.org/path", "https://x:y")
    ),
    *(
        ("SITE_URL", value)
        for value in ("https://x.org?a=1", "https://x.org#a", "https://u:p@x.org", "https://[::1", "//x")
    ),
    *(
        ("SITE_URL", value)
        for value in ("https://x.org:99999", "https://x.org:0", "javascript:alert(1)", "https:x.org")
    ),
    *(("SHARED_CACHE_SECONDS", value) for value in ("-1", "1.5", "ten", "1e3", "0x10")),
    *(("TRUSTED_PROXIES", value) for value in ("-1", "yes", "1.0")),
    *(("REQUIRE_SECOND_FACTOR", value) for value in ("1", "yes", "Nobody", "nobody,everybody")),
    *(
        ("PASSKEY_DOMAIN", value)
        for value in ("https://x.org", "x.org:8000", "X.org", "127.0.0.1", ".x.org", "例子.中国")
    ),
    *(("SESSION_HOURS", value) for value in ("0", "-1", "half")),
    *(("SESSION_IDLE_MINUTES", value) for value in ("0", "4", "an hour")),
    *(("CLIENT_ADDRESS_HEADER", value) for value in ("X-Real-IP", "Client_Address", "Client Address", "地址", "1x")),
    *(("LIKE_CHANGES_PER_MINUTE", value) for value in ("0", "-5", "many")),
    *(("LIKES_PER_ARTICLE_AND_DAY", value) for value in ("0", "-5", "many")),
    *(("SUGGESTIONS_PER_MINUTE", value) for value in ("0", "-5", "many")),
    *(("SEARCH_MISSES_PER_MINUTE", value) for value in ("0", "-5", "many")),
    *(("LICENCES", value) for value in ("{", "x", "1", "null", "{}", '""', '{"a": 1}', '"abc"', '[["a", "b"]]', "[1]")),
    *(("LICENCES", value) for value in ('[["a", 1, ""]]', '[["a", "b", "javascript:x"]]', '[["a", "b", "/x"]]')),
    *(("SITE_URL", value) for value in ("https://a b.org", "https://例子.中国", "https://x.org\\y", "https://-<x>")),
    *(("EMERGENCY_NUMBER", value) for value in ("1", "tel:120", "120;", "+", "12--0", "急救", "120 -", "1" * 16)),
    *(("MENTAL_HEALTH_LINE", value) for value in ("off", "0", "12356#", "(010) 1", "1 2  3")),
    *(("CACHE_URL", value) for value in ("127.0.0.1:6379", "memcached://x", "http://x", "redis://", "redis://x:abc/0")),
    *(("BAIDU_PUSH_TOKEN", value) for value in ("short", "with space 123", "x" * 65, "令牌令牌令牌令牌")),
    *(("INDEXNOW_KEY", value) for value in ("short", "under_score_123", "../../etc/passwd", "x" * 129)),
    *(("BAIDU_PUSH_SITE", value) for value in ("www.example.org", "https://x.org/path")),
    *(("BAIDU_PUSH_URL", value) for value in ("data.zz.baidu.com", "ftp://x.org", "http://x.org?token=1")),
    *(("INDEXNOW_URL", value) for value in ("bing", "https://u:p@x.org/indexnow", "https://x.org:0/")),
    *(("PUSH_IN_SERVER", value) for value in ("2", "thread")),
    ("PGBOUNCER", "transaction"),
    *(("PUSH_TIMEOUT", value) for value in ("0", "soon")),
    *(("VERIFICATION_FILES", value) for value in ("{", "[]", '{"a.html": 1}', '{"../a.html": "x"}', '{"a.js": "x"}')),
    *(("VERIFICATION_CODES", value) for value in ("x", '"x"', '{"yahoo": "x"}', '{"baidu": ""}', '{"baidu": []}')),
    *(("DATABASE_URL", value) for value in ("nonsense", "oracle11://x", "postgres//x", "postgres://", "mysql://h/x")),
]


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_wrong_value_stops_the_process_and_is_named(read_settings, name, value):
    result = read_settings(SECRET_KEY=KEY, **{name: value})
    assert result.returncode != 0
    last = result.stderr.splitlines()[-1]
    assert "ImproperlyConfigured" in last
    assert name in last


@pytest.mark.parametrize(
    "name", ["SITE_NAME", "LICENCES", "SHARED_CACHE_SECONDS", "DATABASE_URL", "CACHE_URL", "SITE_URL"]
)
def test_empty_value_means_the_default(read_settings, name):
    assert good(read_settings(SECRET_KEY=KEY, **{name: ""})) == good(read_settings(SECRET_KEY=KEY))


@pytest.mark.parametrize("number", ["999", "112", "+852 2389 2222", "400-161-9995", " 120 "])
def test_numbers_to_call_are_read_as_people_write_them(read_settings, number):
    values = good(read_settings(SECRET_KEY=KEY, EMERGENCY_NUMBER=number, MENTAL_HEALTH_LINE=number))
    assert values["EMERGENCY_NUMBER"] == values["MENTAL_HEALTH_LINE"] == number.strip()


@pytest.mark.parametrize(("value", "on"), [("1", True), ("TRUE", True), (" yes ", True), ("0", False), ("off", False)])
def test_switches_are_read_as_people_write_them(read_settings, value, on):
    assert good(read_settings(SECRET_KEY=KEY, DEBUG=value))["DEBUG"] is on


def test_https_site_has_secure_cookies_and_redirects(read_settings):
    values = good(read_settings(SECRET_KEY=KEY, SITE_URL="https://www.example.org"))
    assert values["SESSION_COOKIE_NAME"] == "__Host-session"
    assert values["CSRF_COOKIE_NAME"] == "__Host-csrf"
    assert values["SESSION_COOKIE_SECURE"] is values["CSRF_COOKIE_SECURE"] is values["SECURE_SSL_REDIRECT"] is True
    assert values["SECURE_HSTS_SECONDS"] >= 31_536_000
    assert "www.example.org" in values["ALLOWED_HOSTS"]


@pytest.mark.parametrize(
    ("site", "cookie"),
    [
        ("https://www.example.org", r"__Host-reader=0{32}; .*HttpOnly; .*Path=/; SameSite=Lax; Secure"),
        ("http://www.example.org", r"reader=0{32}; .*HttpOnly; .*Path=/; SameSite=Lax"),
    ],
)
def test_cookie_of_a_reader_is_bound_to_the_host_on_https(site, cookie):
    script = """
import django
django.setup()
from django.http import HttpResponse
from articles.views import readers
response = HttpResponse()
readers.set_cookie(response, "0" * 32)
print(response.cookies.output(header=""))
"""
    environment = {"SECRET_KEY": KEY, "SITE_URL": site, "DJANGO_SETTINGS_MODULE": "healthqa.settings"}
    result = run(script, settings.BASE_DIR, environment)
    assert result.returncode == 0, result.stderr
    assert re.fullmatch(cookie, result.stdout.strip())
    assert "Domain" not in result.stdout


def test_redirect_to_https_goes_to_the_host_of_the_setting(read_settings):
    values = good(read_settings(SECRET_KEY=KEY, SITE_URL="https://www.example.org:8443", ALLOWED_HOSTS="*"))
    assert values["SECURE_SSL_HOST"] == "www.example.org:8443"


def test_slash_at_the_end_of_the_address_of_the_site_is_dropped(read_settings):
    assert good(read_settings(SECRET_KEY=KEY, SITE_URL="https://x.org/"))["SITE_URL"] == "https://x.org"


def test_hosts_licences_and_numbers_are_read(read_settings):
    values = good(
        read_settings(
            SECRET_KEY=KEY,
            ALLOWED_HOSTS=" a.org, ,b.org,",
            LICENCES='[["ICP备案", "京ICP备1号", "https://beian.example/"], ["资质", "2", ""]]',
            LIKE_CHANGES_PER_MINUTE="7",
            REQUIRE_SECOND_FACTOR="everybody",
            SESSION_HOURS="8",
            SESSION_IDLE_MINUTES="30",
            TRUSTED_PROXIES="2",
        )
    )
    assert {"a.org", "b.org"} <= set(values["ALLOWED_HOSTS"])
    assert "" not in values["ALLOWED_HOSTS"]
    assert values["LICENCES"] == [["ICP备案", "京ICP备1号", "https://beian.example/"], ["资质", "2", ""]]
    assert values["LIKE_CHANGES_PER_MINUTE"] == 7
    assert values["REQUIRE_SECOND_FACTOR"] == "everybody"
    assert (values["SESSION_COOKIE_AGE"], values["SESSION_IDLE"]) == (8 * 3600, "0:30:00")
    assert values["TRUSTED_PROXIES"] == 2


@pytest.mark.parametrize(
    ("site", "own", "domain"),
    [
        ("https://www.example.org:8443", "", "www.example.org"),
        ("https://www.example.org", "example.org", "example.org"),
        ("http://127.0.0.1:8000", "", ""),
        ("http://127.0.0.1:8000", "localhost", "localhost"),
        ("http://[::1]:8000", "", ""),
    ],
)
def test_passkeys_hold_for_the_host_of_the_site_or_the_domain_above_it_and_for_no_ip(read_settings, site, own, domain):
    values = good(read_settings(SECRET_KEY=KEY, SITE_URL=site, PASSKEY_DOMAIN=own))
    assert values["PASSKEY_DOMAIN"] == domain


def test_former_keys_are_read_and_none_is_the_default(read_settings):
    assert good(read_settings(SECRET_KEY=KEY))["SECRET_KEY_FALLBACKS"] == []
    values = good(read_settings(SECRET_KEY=KEY, SECRET_KEY_FALLBACKS=f" {'f' * 60}, {'g' * 60},"))
    assert values["SECRET_KEY_FALLBACKS"] == ["f" * 60, "g" * 60]


def test_behind_pgbouncer_nothing_is_asked_that_belongs_to_a_session(read_settings):
    address = "postgres://site@127.0.0.1/site"
    direct = good(read_settings(SECRET_KEY=KEY, DATABASE_URL=address))["DATABASES"]["default"]
    assert direct["OPTIONS"]["options"] == "-c statement_timeout=60s"
    assert not direct["DISABLE_SERVER_SIDE_CURSORS"]
    pooled = good(read_settings(SECRET_KEY=KEY, DATABASE_URL=address, PGBOUNCER="1"))["DATABASES"]["default"]
    assert "options" not in pooled["OPTIONS"]
    assert pooled["DISABLE_SERVER_SIDE_CURSORS"]
    assert pooled["OPTIONS"]["connect_timeout"] == direct["OPTIONS"]["connect_timeout"]


def test_password_in_the_address_of_the_database_is_not_shown_by_a_mistake(read_settings):
    result = read_settings(SECRET_KEY=KEY, DATABASE_URL="oracle11://user:topsecret@host/db")
    assert result.returncode != 0
    assert "topsecret" not in result.stderr


@pytest.mark.parametrize("name", ["BAIDU_PUSH_TOKEN", "INDEXNOW_KEY"])
def test_token_is_not_shown_by_a_mistake(read_settings, name):
    result = read_settings(SECRET_KEY=KEY, **{name: "top secret token"})
    assert result.returncode != 0
    assert "top secret" not in result.stderr


def test_nothing_is_pushed_unless_a_token_is_set(read_settings):
    values = good(read_settings(SECRET_KEY=KEY, SITE_URL="https://www.example.org"))
    assert values["BAIDU_PUSH_TOKEN"] == values["INDEXNOW_KEY"] == ""
    assert values["PUSH_IN_SERVER"] is False
    assert values["BAIDU_PUSH_SITE"] == "https://www.example.org"
