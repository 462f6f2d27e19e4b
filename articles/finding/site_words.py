"""What the site's own words teach of spelling, kept in each process as long as the site stays what it is.

Made of what is published and nothing else. The texts come with the vocabulary of a process's first search, and are
learned from when a search needs it. After a change a small site's are read and learned anew by the next search that
needs them; a large one's in a thread beside, while searches use what was known before.
"""

import time
from collections.abc import Iterable
from datetime import datetime
from threading import Lock, Thread
from typing import Any, NamedTuple

from django.db import connections
from django.db.models import CharField, F, QuerySet, Value
from django.utils import timezone

from articles.engine import slips, tokens
from articles.engine.spelling import Lattice, Reading, Spelling
from articles.models import Article, Doctor, SiteVersion, Tag
from articles.models.prepared import Prepared

from .site_names import SiteNames

MOST_TITLES = 30_000  # the newest
NAMED = 3  # how often the name of a tag or doctor counts, beside once for each title
AT_ONCE = 0.1  # seconds of learning that a reader may wait for after each change
MUCH = 0.1  # share of a site whose change no reader is spared
TITLE, USED, MET = "title", "used", "met"  # where a text is from


class Text(NamedTuple):
    """A text that readers can see: the title of a question, the name or alias of a tag, the name of a doctor."""

    source: str
    text: str


def texts_of_site(now: datetime) -> list[QuerySet[Any, Any]]:
    """The querysets, with `origin`, `one` name and `two`, that the site's words are made of."""
    newest = Article.objects.published(now).newest().values("pk")[:MOST_TITLES]
    nothing = Value("", CharField())
    asked: list[tuple[str, QuerySet[Any, Any], Any, Any]] = [
        (TITLE, Article.objects.filter(pk__in=newest), F("title"), nothing),
        (USED, Tag.objects.in_use(now), F("name"), F("aliases__name")),
        (MET, Doctor.objects.with_published_answers(now), F("name"), nothing),
    ]
    return [
        rows.order_by().annotate(origin=Value(source, CharField()), one=one, two=two)
        for source, rows, one, two in asked
    ]


def texts_now() -> list[Text]:
    """Return the Texts of the site as it is (1 query)."""
    return [Text(source, text) for source, *both in texts_at(now=timezone.now()) for text in both if text]


@Prepared
def texts_at(now: datetime) -> QuerySet[Any, Any]:
    first, *others = (rows.values_list("origin", "one", "two") for rows in texts_of_site(now))
    return first.union(*others, all=True)


class SiteWords:
    """The words of the site at one version of it, made of its Texts; `size`: how many questions the index held."""

    def __init__(self, texts: Iterable[Text], version: int, size: int) -> None:
        started = time.thread_time()
        self.version, self.size = version, size
        titles = [text for source, text in texts if source == TITLE]
        names = list(dict.fromkeys(text for source, text in texts if source != TITLE))
        self.doctors = frozenset(text for source, text in texts if source == MET)
        self.folded_doctors = [(name, tokens.fold(name)) for name in sorted(self.doctors)]
        lines = [" ".join(text.split()) for text in [*titles, *names * NAMED]]
        self.spelling = Spelling(tokens.fold("\n".join(lines)).split("\n"))
        self.seconds = time.thread_time() - started

    def is_odd(self, query: str) -> bool:
        """Whether anything in a query may be mistyped."""
        return Lattice(self.spelling, tokens.fold(query)).is_odd

    def read(self, query: str, is_typing: bool = False) -> Reading | None:
        """Return the likeliest Reading of what a reader has typed, or is typing, if it looks mistyped."""
        return self.spelling.read(tokens.fold(query), is_typing)

    def sensible(self, reading: Reading) -> slips.Sensible:
        """Return what of a Reading somebody may have meant."""
        return slips.sensible(self.spelling.text, reading.steps)


class Keeper:
    """Keeps the SiteWords of this process."""

    def __init__(self) -> None:
        self.words: SiteWords | None = None
        self.held: tuple[int, list[Text]] | None = None  # texts that nobody has needed yet, and their version
        self.names: SiteNames | None = None  # the latest
        self.learning, self.beside = Lock(), Lock()

    @property
    def is_new(self) -> bool:
        """Whether this process knows nothing of the site."""
        return self.words is None and self.held is None

    @property
    def size(self) -> int:
        """How many questions the index held when the words were learned."""
        return self.words.size if self.words else 0

    def hold(self, version: int, texts: list[Text]) -> None:
        """Keep the texts of the site until its words are needed."""
        self.held = version, texts

    def at(self, version: int, size: int) -> SiteWords:
        """Return the words of the site, which has this version and so many questions; a large site's may be older."""
        words = self.words
        if words is not None and words.version == version:
            return words
        if words is None or words.seconds <= AT_ONCE or abs(words.size - size) > MUCH * words.size:
            return self.learn(version, size)
        if self.beside.acquire(blocking=False):
            Thread(target=self.learn_beside, args=(size,), name="site-words", daemon=True).start()
        return words

    def learn(self, version: int, size: int) -> SiteWords:
        """Learn the site's words, once for all who wait for them (1 query, unless its texts are held)."""
        with self.learning:
            if self.words is None or self.words.version != version:
                held, self.held = self.held, None
                texts = held[1] if held and held[0] == version else texts_now()
                self.words = SiteWords(texts, version, size)
            return self.words

    def learn_beside(self, size: int) -> None:
        """Learn them in a thread of its own, which closes its connection."""
        try:
            self.learn(SiteVersion.current(), size)
        finally:
            connections.close_all()
            self.beside.release()

    def forget(self) -> None:
        """Know nothing, as a process that starts."""
        self.words = self.held = self.names = None


keeper = Keeper()
