"""nDCG@10 of related questions and search, beside three simple baselines, on a folder of labelled questions.

    python bench/relevance.py --data DIR [--run FILE] [--tasks search_web …] [--variants pinyin … | --no-variants]

DIR holds articles.jsonl, web.jsonl, answers.jsonl and qrels.jsonl, each plain or .gz. Every corpus is loaded through
the product's own models into a scratch database; the field `ask` is not read. The run file has a row
{"task", "qid", "ids"} for each query. Where DIR holds variants.jsonl too, rows {"task", "qid", "variant", "query"} of
queries as people mistype or pad them, each variant's figure stands beside that of the clean queries it was made from.
With EMBEDDING_MODEL set, the product searches by meaning as well.
The last line is the mean of the related and the mean of the search tasks.
"""

import argparse
import gzip
import json
import math
import time
from collections import defaultdict
from pathlib import Path

import scratch

CORPUS = {"search_web": "web", "search_answers": "answers"}
DEPTH = 10
METHODS = ["shared tags", "FTS5 trigram", "FTS5 words", "healthqa"]


def read(folder, name, is_needed=True):
    """Return the rows of a file in the folder; [] where it is not there and not needed."""
    plain, packed = Path(folder, f"{name}.jsonl"), Path(folder, f"{name}.jsonl.gz")
    if not (is_needed or plain.exists() or packed.exists()):
        return []
    with plain.open("rb") if plain.exists() else gzip.open(packed) as lines:
        return [json.loads(line) for line in lines]


def ndcg(ranked, grades):
    """Return nDCG@10 with gains of 2^grade - 1 (Järvelin and Kekäläinen, 2002)."""
    found = sum((2 ** grades.get(key, 0) - 1) / math.log2(i + 2) for i, key in enumerate(ranked[:DEPTH]))
    ideal = sorted(grades.values(), reverse=True)[:DEPTH]
    best = sum((2**grade - 1) / math.log2(i + 2) for i, grade in enumerate(ideal))
    return found / best if best else 0.0


class Corpus:
    """One corpus in the scratch database, with the tables of the baselines beside the product's own."""

    def __init__(self, rows):
        from django.conf import settings
        from django.core.management import call_command
        from django.db import connection

        scratch.empty()
        self.rows = {row["source_id"]: row for row in rows}
        self.key = dict(zip(self.rows, scratch.load(rows), strict=True))
        if settings.EMBEDDING_MODEL:
            call_command("embed_questions", verbosity=0)
        self.source = {key: source for source, key in self.key.items()}
        self.tagged = defaultdict(list)
        self.cursor = connection.cursor()
        self.cursor.execute("DROP TABLE IF EXISTS trigrams")
        self.cursor.execute("DROP TABLE IF EXISTS plain")
        self.cursor.execute("CREATE VIRTUAL TABLE trigrams USING fts5(title, body, tokenize='trigram')")
        self.cursor.execute("CREATE VIRTUAL TABLE plain USING fts5(title, body)")
        self.fill_baselines()

    def fill_baselines(self):
        from articles.engine import tokens

        trigrams, plain = [], []
        for source, row in self.rows.items():
            key = self.key[source]
            trigrams.append((key, row["title"], row["body"]))
            plain.append((key, " ".join(tokens.words(row["title"])), " ".join(tokens.body(row["body"]))))
            for tag in self.tags(row["title"], row.get("department")):
                self.tagged[tag].append(key)
        self.cursor.executemany("INSERT INTO trigrams(rowid, title, body) VALUES (%s, %s, %s)", trigrams)
        self.cursor.executemany("INSERT INTO plain(rowid, title, body) VALUES (%s, %s, %s)", plain)

    @staticmethod
    def tags(text, department):
        """What an eager editor would tag: the department, and every word of the title."""
        from articles.engine import tokens

        return {word for word in tokens.words(text) if len(word) > 1} | ({department} if department else set())

    def shared_tags(self, text, department, own):
        """The order of taggit's similar_objects(): the number of shared tags."""
        score = defaultdict(int)
        for tag in self.tags(text, department):
            for key in self.tagged[tag]:
                score[key] += 1
        return sorted(score, key=lambda key: (-score[key], key))

    def fts5_trigram(self, text, department, own):
        letters = "".join(char for char in text if char.isalnum())[:400]
        return self.match("trigrams", {letters[i : i + 3] for i in range(len(letters) - 2)})

    def fts5_words(self, text, department, own):
        from articles.engine import tokens

        return self.match("plain", set(tokens.words(text)))

    def grades(self, query):
        return {self.key[source]: grade for source, grade in query["rel"].items() if source in self.key}

    def match(self, table, terms):
        if not terms:
            return []
        asked = " OR ".join(f'"{term}"' for term in sorted(terms))
        sql = f"SELECT rowid FROM {table} WHERE {table} MATCH %s ORDER BY bm25({table}, 4.0, 1.0) LIMIT %s"
        self.cursor.execute(sql, [asked, DEPTH + 1])
        return [key for (key,) in self.cursor.fetchall()]

    def healthqa(self, text, department, own):
        from articles.engine import ranking, tokens
        from articles.finding import search
        from articles.models import Article, TagAlias, indexing
        from articles.models.labels import labels_of

        if own is None:
            found = search.search(search.clean_query(text))
            return [*found.keys, *found.weak]
        found = ranking.related(
            indexing.open_index(),
            tokens.title(text, TagAlias.pairs()),
            labels_of([own])[own],
            own=own,
            among=Article.objects.to_be_published(),
            labels_of=labels_of,
        )
        return [one.key for one in found]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True, help="the folder of labelled questions")
    parser.add_argument("--run", default="run.jsonl", help="where to write the run file (default: run.jsonl)")
    parser.add_argument("--tasks", nargs="+", help="only these tasks")
    parser.add_argument("--variants", nargs="+", help="only these variants")
    parser.add_argument("--no-variants", dest="variants", action="store_const", const=[], help="no variants")
    options = parser.parse_args()
    scratch.start()
    variants = defaultdict(list)
    for row in read(options.data, "variants", is_needed=False):
        if options.variants is None or row["variant"] in options.variants:
            variants[row["task"], row["qid"]].append(row)
    by_corpus = defaultdict(list)
    for query in read(options.data, "qrels"):
        if not options.tasks or query["task"] in options.tasks:
            by_corpus[CORPUS.get(query["task"], "articles")].append(query)
    figures = {method: defaultdict(list) for method in METHODS}
    asked = defaultdict(list)
    with open(options.run, "w", encoding="utf-8") as run:
        for name, queries in by_corpus.items():
            started = time.monotonic()
            corpus = Corpus(read(options.data, name))
            print(f"{name}: {len(corpus.rows)} articles loaded in {time.monotonic() - started:.0f} s", flush=True)
            for query in queries:
                clean = measure(corpus, query, figures, run)
                for row in variants[query["task"], query["qid"]]:
                    keys = corpus.healthqa(row["query"], None, None)[:DEPTH]
                    asked[row["variant"]].append((ndcg(keys, corpus.grades(query)), clean))
    show_variants(asked)
    show(figures)


def measure(corpus, query, figures, run):
    """Ask each method; write what the product answers, and return its figure."""
    own = corpus.key[query["qid"]] if "query" not in query else None
    row = corpus.rows[query["qid"]] if own else {"title": query["query"]}
    grades = corpus.grades(query)
    for method in METHODS:
        ranking = getattr(corpus, method.lower().replace(" ", "_"))
        keys = [key for key in ranking(row["title"], row.get("department"), own) if key != own][:DEPTH]
        figures[method][query["task"]].append(ndcg(keys, grades))
    ids = [corpus.source[key] for key in keys]
    run.write(json.dumps({"task": query["task"], "qid": query["qid"], "ids": ids}, ensure_ascii=False) + "\n")
    return figures[method][query["task"]][-1]


def show_variants(asked):
    """Print the figure of each variant beside that of the clean queries that it was made from."""
    if not asked:
        return
    print(f"{'variant':16}{'queries':>8}{'figure':>8}{'clean':>8}{'ratio':>8}")
    ratios = {}
    for name, pairs in sorted(asked.items()):
        figure, clean = (sum(values) / len(pairs) for values in zip(*pairs, strict=True))
        ratios[name] = figure / clean if clean else 0.0
        print(f"{name:16}{len(pairs):8}{figure:8.3f}{clean:8.3f}{ratios[name]:8.3f}")
    for name, ratio in ratios.items():
        print(f"VARIANT {name} {ratio:.3f}")


def show(figures):
    tasks = sorted({task for by_task in figures.values() for task in by_task})
    print(f"{'nDCG@10':14}" + "".join(f"{task:>17}" for task in tasks) + f"{'RELATED':>10}{'SEARCH':>10}")
    for method in METHODS:
        means = {task: sum(values) / len(values) for task, values in figures[method].items()}
        sums = {part: [mean for task, mean in means.items() if task.startswith(part)] for part in ("related", "search")}
        both = {part: sum(values) / max(1, len(values)) for part, values in sums.items()}
        cells = "".join(f"{means.get(task, 0):17.3f}" for task in tasks)
        print(f"{method:14}{cells}{both['related']:10.3f}{both['search']:10.3f}")
    print(f"RELATED {both['related']:.3f} SEARCH {both['search']:.3f}")


if __name__ == "__main__":
    main()
