"""What the site's own words teach of spelling, kept in each process as long as the site stays what it is.

Made of what is published and nothing else. A small site's words are learned anew by the first search that needs them
after any change; a large one's in a thread beside, while searches use what was known before.
"""

import time
from threading import Lock, Thread

from django.db import connection, connections

from articles.engine import tokens
from articles.engine.spelling import Reading, Spelling
from articles.models import Article, Doctor, SiteVersion, Tag

MOST_TITLES = 30_000  # the newest
MOST_DOCTORS = 5_000
NAMED = 3  # how often the name of a tag or doctor counts, beside once for each title
AT_ONCE = 0.1  # seconds of learning that a reader may wait for after each change
MUCH = 0.1  # share of a site whose change no reader is spared


class SiteWords:
    """The words of the site at one version of it; `size` is the number of questions that the index held."""

    def __init__(self, version: int, size: int) -> None:
        started = time.thread_time()
        self.version, self.size = version, size
        newest = Article.objects.published().newest()
        titles = list(newest.values_list("title", flat=True)[:MOST_TITLES])
        used = Tag.objects.in_use().order_by("pk").values_list("name", "aliases__name")
        names = list(dict.fromkeys(name for row in used for name in row if name))
        met = Doctor.objects.with_published_answers().order_by("pk")
        self.doctors = frozenset(met.values_list("name", flat=True)[:MOST_DOCTORS])
        texts = [*titles, *(names + sorted(self.doctors)) * NAMED]
        self.spelling = Spelling(tokens.fold("\n".join(" ".join(text.split()) for text in texts)).split("\n"))
        self.seconds = time.thread_time() - started

    def read(self, query: str) -> Reading | None:
        """Return the likeliest Reading of what a reader has typed, if it looks mistyped."""
        return self.spelling.read(tokens.fold(query))


class Keeper:
    """Keeps the SiteWords of this process."""

    def __init__(self) -> None:
        self.words: SiteWords | None = None
        self.learning, self.thread = Lock(), Lock()

    def at(self, version: int, size: int) -> SiteWords:
        """Return the words of the site, which has this version and so many questions; a large site's may be older."""
        words = self.words
        if words is not None and words.version == version:
            return words
        if words is None or words.seconds <= AT_ONCE or abs(words.size - size) > MUCH * words.size:
            return self.learn(version, size)
        if self.thread.acquire(blocking=False):
            Thread(target=self.learn_beside, args=(size,), name="site-words", daemon=True).start()
        return words

    def learn(self, version: int, size: int) -> SiteWords:
        """Read the site's words, once for all who wait for them."""
        with self.learning:
            if self.words is None or self.words.version != version:
                self.words = SiteWords(version, size)
            return self.words

    def learn_beside(self, size: int) -> None:
        """Read them in a thread of its own, which closes its connection."""
        try:
            self.learn(SiteVersion.current(), size)
        finally:
            connections.close_all()
            self.thread.release()

    def forget(self) -> None:
        """Know nothing, as a process that starts."""
        self.words = None


keeper = Keeper()
