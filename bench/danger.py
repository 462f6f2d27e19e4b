"""How often a search that tells of danger is understood, by words that somebody wrote down and by what was learned.

    python bench/danger.py [--write] [--unseen EMERGENCIES HARMLESS] [--real FILE]

Cross-validates what is learned from the sentences of articles/text/danger: each tenth of them is judged by what the
other nine teach. With --write, all teach and weights.tsv is written anew. Other files have a query on each line: two of
one kind each, that nothing was learned from, and one of what people really ask.
"""

import argparse
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
PARTS = 10
CUTS = (-1.0, -0.5, 0.0, 0.5, 1.0, 1.5, 2.0)


def lines_of(path):
    return [line for line in Path(path).read_text(encoding="utf-8").splitlines() if line.strip()]


def share(values, cut):
    return sum(value >= cut for value in values) / len(values)


def judge(kinds, words):
    """Return {kind: odds of danger of each sentence, by what the other parts teach}, and those of a mental crisis."""
    from articles.text.danger import learning, odds, runs_of

    danger = {kind: [] for kind in kinds}
    mental = {kind: [] for kind in ("emergency", "mental")}
    for part in range(PARTS):
        rest = {kind: [text for at, text in enumerate(texts) if at % PARTS != part] for kind, texts in kinds.items()}
        weights = learning.learned(**rest, words=words)
        for kind, texts in kinds.items():
            danger[kind] += [odds(weights.danger, runs_of(text)) for text in texts[part::PARTS]]
            if kind in mental:
                mental[kind] += [odds(weights.mental, runs_of(text)) for text in texts[part::PARTS]]
    return danger, mental


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="write weights.tsv")
    parser.add_argument("--unseen", nargs=2, metavar="FILE", help="emergencies and harmless ones")
    parser.add_argument("--real", metavar="FILE", help="what people ask")
    options = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "healthqa.settings"
    import django

    django.setup()
    from articles.engine.phrases import squeeze
    from articles.text.danger import learning, odds, runs_of
    from articles.text.patient_words import shipped

    kinds = {kind: list(map(squeeze, learning.sentences(kind))) for kind in learning.KINDS}
    print("sentences:", ", ".join(f"{kind} {len(texts)}" for kind, texts in kinds.items()))
    words = list(dict.fromkeys(squeeze(pair.word) for pair in shipped()))
    weights = learning.learned(**kinds, words=words)
    if options.write:
        print(f"{learning.write(weights)} weights written")
    danger, mental = judge(kinds, words)
    told = {"harmless": danger["harmless"], "emergency": danger["emergency"], "mental": danger["mental"]}
    for path, name in zip(options.unseen or [], ("unseen emergency", "unseen harmless"), strict=False):
        told[name] = [odds(weights.danger, runs_of(squeeze(line))) for line in lines_of(path)]
    if options.real:
        told["real"] = [odds(weights.danger, runs_of(squeeze(line))) for line in lines_of(options.real)]
    print(f"{'taken for danger at':22}" + "".join(f"{cut:9.1f}" for cut in CUTS))
    for name, values in told.items():
        print(f"{name:22}" + "".join(f"{share(values, cut):9.2%}" for cut in CUTS))
    right = [value < 0 for value in mental["emergency"]] + [value >= 0 for value in mental["mental"]]
    print(f"body or mind told apart: {sum(right) / len(right):.2%}")


if __name__ == "__main__":
    main()
