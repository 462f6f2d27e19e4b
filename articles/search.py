"""Search: any text is data. Titles that have every word, then texts that have, then titles that are like it."""

import re

from django.db.models import Case, F, IntegerField, Q, Value, When

from .models import Article, Tag
from .names import clean_name

LONGEST = 64  # characters of a query that count
MOST_WORDS = 8
MOST_PAIRS = 24
SPLIT = re.compile(r"[\W_]+")
QUESTION_WORDS = re.compile("怎么办|怎么回事|怎么样|为什么|是什么|什么|怎么|如何|哪些|可以|吗|呢|么|的|了")


def clean_query(text):
    """Return a visitor's query as it is searched and shown: one line, NFKC, at most 64 characters."""
    return clean_name((text or "")[: LONGEST * 4])[:LONGEST].strip()


def search_articles(query):
    """Return the published articles for a clean `query`, best first, as a queryset.

    Rows that hold every word come first; when none does, titles that share at least half of the query's pairs of
    neighbouring characters.
    """
    words = [word for word in SPLIT.split(query) if word][:MOST_WORDS]
    questions = Article.objects.published()
    if not words:
        return questions.none()
    in_title, anywhere = Q(), Q()
    for word in words:
        title = Q(title__icontains=word)
        text = Q(short_answer__icontains=word) | Q(excerpt__icontains=word)
        if not word.isascii():  # the body is HTML: its tags are ASCII words too
            text |= Q(body__icontains=word)
        in_title &= title
        anywhere &= title | text
    exact = questions.filter(anywhere)
    if exact.exists():
        return exact.annotate(rank=one_if(in_title)).order_by("-rank", "-published_at", "-pk")
    return similar_titles(questions, words)


def similar_titles(questions, words):
    """Return titles that share at least half of the pairs of characters that the words are made of."""
    parts = [part for word in words for part in QUESTION_WORDS.split(word)]
    pairs = sorted({part[i : i + 2] for part in parts for i in range(len(part) - 1)})[:MOST_PAIRS]
    if not pairs:
        return questions.none()
    rank = sum((one_if(Q(title__icontains=pair)) for pair in pairs), Value(0))
    return (
        questions.annotate(rank=rank)
        .filter(rank__gte=max(1, (len(pairs) + 1) // 2))
        .order_by("-rank", "-published_at", "-pk")
    )


def one_if(condition):
    return Case(When(condition, then=Value(1)), default=Value(0), output_field=IntegerField())


def matching_tags(query, limit=8):
    """Return tags whose name or alias holds the query, or that the query holds."""
    if not query:
        return Tag.objects.none()
    folded = query.casefold()
    holds = Q(folded__contains=folded) | Q(aliases__folded__contains=folded)
    held = Q(query__contains=F("folded")) | Q(query__contains=F("aliases__folded"))
    return Tag.objects.annotate(query=Value(folded)).filter(holds | held).distinct()[:limit]
