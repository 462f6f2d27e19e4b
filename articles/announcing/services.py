"""What each search engine is asked, and what its answers mean."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Protocol
from urllib.parse import urlencode, urlsplit

from django.conf import settings

from articles.text.addresses import absolute

from .calls import Answer


class Step(Enum):
    """What is said of an address."""

    PUT = "urls"
    UPDATE = "update"
    DELETE = "del"


class Then(Enum):
    """What follows from an answer, for what it did not take."""

    GO_ON = "the next"
    FEWER = "the same with fewer addresses at once"
    NEXT_DAY = "wait until there is quota again"
    LATER = "wait, longer with each failure"
    NO_SUCH_STEP = "the service does not know this step"


@dataclass(frozen=True)
class Verdict:
    """What an answer means: how many addresses were taken and which refused for good, what is left of the quota."""

    then: Then
    said: str
    taken: Collection[str] = ()
    refused: Collection[str] = ()
    remain: int | None = None


@dataclass(frozen=True)
class Request:
    address: str
    body: bytes
    content_type: str


class Service(Protocol):
    name: str
    title: str
    most: int  # addresses in a call
    has_steps: bool  # else it is told of all that has changed in one way
    secret: str  # never shown

    def request(self, step: Step, urls: Sequence[str]) -> Request: ...

    def judge(self, answer: Answer, urls: Sequence[str]) -> Verdict: ...


class Baidu:
    """Baidu's 普通收录 API. It documents `urls`; `update` and `del` beside it are what its older pages told."""

    name, title, most, has_steps = "baidu", "百度", 2_000, True

    def __init__(self) -> None:
        self.secret = settings.BAIDU_PUSH_TOKEN

    def request(self, step: Step, urls: Sequence[str]) -> Request:
        query = urlencode({"site": settings.BAIDU_PUSH_SITE, "token": self.secret}, safe=":/")
        return Request(f"{settings.BAIDU_PUSH_URL}/{step.value}?{query}", "\n".join(urls).encode(), "text/plain")

    def judge(self, answer: Answer, urls: Sequence[str]) -> Verdict:
        said = read_object(answer.text)
        if answer.status == 200 and is_number(said.get("success")):
            return self.judge_success(said, urls)
        message = str(said.get("message", ""))
        if "over quota" in message:
            return Verdict(Then.NEXT_DAY, "今天的额度用完了", remain=0)
        if "urls are allowed" in message:
            return Verdict(Then.FEWER, "一次送得太多")
        if "not found" in message or answer.status == 404:
            return Verdict(Then.NO_SUCH_STEP, "没有这个接口")
        if "token is not valid" in message or answer.status == 401:
            return Verdict(Then.LATER, "token 不对，或推送得太频繁（token is not valid）")
        if "site error" in message:
            return Verdict(Then.LATER, "网站没有在百度搜索资源平台验证（site error）")
        return Verdict(Then.LATER, unknown(answer, message))

    def judge_success(self, said: dict[str, Any], urls: Sequence[str]) -> Verdict:
        refused = {url for name in ("not_same_site", "not_valid") for url in as_list(said.get(name))} & set(urls)
        # It takes them in their order; what is beyond its number stays for the next time.
        taken = [url for url in urls if url not in refused][: said["success"]]
        remain = said["remain"] if is_number(said.get("remain")) else None
        words = f"收下 {len(taken)} 个" + (f"，拒收 {len(refused)} 个" if refused else "")
        if not taken and not refused:
            return Verdict(Then.LATER, "一个也没有收下", remain=remain)
        return Verdict(Then.GO_ON, words, taken, refused, remain)


class IndexNow:
    """The protocol of indexnow.org: one call for Bing and all who share it. Additions, changes and removals alike."""

    name, title, most, has_steps = "indexnow", "IndexNow", 10_000, False

    def __init__(self) -> None:
        self.secret = settings.INDEXNOW_KEY

    def request(self, step: Step, urls: Sequence[str]) -> Request:
        said = {
            "host": urlsplit(settings.SITE_URL).netloc,
            "key": self.secret,
            "keyLocation": absolute(f"/{self.secret}.txt"),
            "urlList": list(urls),
        }
        return Request(settings.INDEXNOW_URL, json.dumps(said).encode(), "application/json; charset=utf-8")

    def judge(self, answer: Answer, urls: Sequence[str]) -> Verdict:
        if answer.status == 200:
            return Verdict(Then.GO_ON, f"收下 {len(urls)} 个", urls)
        if answer.status == 202:
            return Verdict(Then.GO_ON, f"收下 {len(urls)} 个，密钥文件还在核对", urls)
        if answer.status == 422:
            return Verdict(Then.GO_ON, f"拒收 {len(urls)} 个：地址不属于这个网站（422）", refused=urls)
        if answer.status == 403:
            return Verdict(Then.LATER, "密钥不对，或读不到密钥文件（403）")
        if answer.status == 429:
            return Verdict(Then.LATER, "推送得太频繁（429）")
        return Verdict(Then.LATER, unknown(answer))


def switched_on() -> list[Service]:
    """Return the services whose key or token is set."""
    services: list[Service] = [Baidu(), IndexNow()]
    return [service for service in services if service.secret]


def unknown(answer: Answer, message: str = "") -> str:
    """Return what is shown of an answer that nobody has foreseen."""
    return f"看不懂的答复（{answer.status}）：{' '.join((message or answer.text).split())[:100]}"


def read_object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def as_list(value: object) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31
