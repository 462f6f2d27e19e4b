"""Our own engine with a sense for meaning: what is asked in other words than any question uses is found, too.

A question that is written gets its vector in the same transaction, whichever way, unless many are written at once:
those wait for the command embed_questions. Until then new ones are found by their words, and those that had another
title also by what that meant.
"""

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from threading import Lock

from django.conf import settings
from django.db import connection

from articles.engine import tokens
from articles.engine.embedding import Embedder
from articles.engine.seam import Filters, Found, Named
from articles.engine.vectors import Near, Vectors, packed

from .article import Article
from .own_engine import OwnEngine
from .turns import require_turn
from .vector import Vector, digest_of

FEW = 8  # questions of one change that are embedded at once; each takes some hundredths of a second
MEANT = 160  # characters that say what a question means


class EmbeddingEngine(OwnEngine):
    """Chinese words in posting lists, vectors of titles, and one ranker."""

    def __init__(self) -> None:
        """Read the model. Raises UnusableModel."""
        self.embedder, self.vectors = Embedder(Path(settings.EMBEDDING_MODEL)), Vectors()
        self.read, self.lock = 0, Lock()

    def near(self, text: str) -> Near | None:
        """Return how near the questions are to a text, None where too few have a vector."""
        vectors = self.known()
        return vectors.near(self.embedder.query(text)) if vectors.are_enough else None

    def known(self) -> Vectors:
        """Return the vectors of the site; those that were written since the last search are read first."""
        if connection.in_atomic_block:  # what is rolled back must not be kept
            return Vectors((key, values) for _, key, values in Vector.since(self.embedder.name, 0))
        with self.lock:
            self.vectors.put(self.unread())
        return self.vectors

    def unread(self) -> Iterator[tuple[int, bytes]]:
        for number, key, values in Vector.since(self.embedder.name, self.read):
            yield key, values
            self.read = number

    def search(self, query: tokens.Title, filters: Filters, limit: int, named: Named = Named()) -> Found:  # noqa: B008 - it cannot be changed
        return self.answer(query, filters, limit, named, self.near(query.folded) if query.words else None)

    def changed(self, keys: Collection[int], articles: Sequence[Article] = (), are_new: bool = False) -> None:
        super().changed(keys, articles, are_new)
        if len(keys) <= FEW:
            others = set(keys) - {article.pk for article in articles}
            self.store(self.embedded([*articles, *(Article.objects.filter(pk__in=others) if others else ())]))

    def embedded(self, articles: Sequence[Article]) -> list[Vector]:
        """Return the vectors of those of the articles that have none of their text, not written yet."""
        texts = {article.pk: text_of(article) for article in articles}
        known = dict(Vector.of(self.embedder.name).filter(article__in=texts).values_list("article_id", "digest"))
        old = [key for key, text in texts.items() if known.get(key) != digest_of(text)]
        vectors = self.embedder.passages([texts[key] for key in old])
        return [
            Vector(article_id=key, model=self.embedder.name, digest=digest_of(texts[key]), values=packed(vector))
            for key, vector in zip(old, vectors, strict=True)
        ]

    def store(self, vectors: Sequence[Vector]) -> int:
        """Write vectors, unless their questions are gone or say something else, and return how many.

        Raises NotInTurn outside of a turn: within one, vectors are seen in the order of their ids.
        """
        require_turn()
        if not vectors:
            return 0
        keys = [vector.article_id for vector in vectors]
        articles = Article.objects.filter(pk__in=keys).only("title")
        digests = {article.pk: digest_of(text_of(article)) for article in articles}
        rows = [vector for vector in vectors if digests.get(vector.article_id) == vector.digest]
        Vector.objects.filter(article__in=[vector.article_id for vector in rows]).delete()
        Vector.objects.bulk_create(rows)
        return len(rows)


def text_of(article: Article) -> str:
    """Return what of a question is embedded: queries look most like titles; an answer that has none begins."""
    return tokens.fold(article.title or article.searched_text)[:MEANT]
