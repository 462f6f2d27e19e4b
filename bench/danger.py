"""How often danger is understood by what was learned (articles/text/danger), and what is none taken for it.

    python bench/danger.py [--write] [--unseen EMERGENCIES HARMLESS] [--real FILE]

Cross-validates what is learned from the sentences: each tenth of them is judged by what the other nine teach. With
--write, all teach and weights.tsv is written anew. Other files have a query on each line: two of one kind each, that
nothing was learned from, and one of what people really ask.
"""

import argparse
from pathlib import Path

import scratch

PARTS = 10
CUTS = (-1.0, -0.5, 0.0, 0.5, 1.0, 1.5, 2.0)


def lines_of(path):
    return [line for line in Path(path).read_text(encoding="utf-8").splitlines() if line.strip()]


def judge(kinds, words):
    """Return {kind: the Likeness of each sentence by what the other parts teach}."""
    from articles.text.danger import learning, likeness

    found = {kind: [] for kind in kinds}
    for part in range(PARTS):
        rest = {kind: [text for at, text in enumerate(texts) if at % PARTS != part] for kind, texts in kinds.items()}
        weights = learning.learned(**rest, words=words)
        for kind, texts in kinds.items():
            found[kind] += [likeness(text, weights) for text in texts[part::PARTS]]
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="write weights.tsv")
    parser.add_argument("--unseen", nargs=2, metavar="FILE", help="emergencies and harmless ones")
    parser.add_argument("--real", metavar="FILE", help="what people ask")
    options = parser.parse_args()
    scratch.join()
    from articles.engine.phrases import squeeze
    from articles.text.danger import learning, likeness
    from articles.text.patient_words import shipped

    kinds = {kind: list(map(squeeze, lines)) for kind, lines in learning.taught().items()}
    print("sentences:", ", ".join(f"{kind} {len(texts)}" for kind, texts in kinds.items()))
    words = list(dict.fromkeys(squeeze(pair.word) for pair in shipped()))
    weights = learning.learned(**kinds, words=words)
    if options.write:
        print(f"{learning.write(weights)} weights written")
    told = judge(kinds, words)
    right = [one.mental < 0 for one in told["emergency"]] + [one.mental >= 0 for one in told["mental"]]
    emergencies, harmless = options.unseen or (None, None)
    files = {"unseen emergency": emergencies, "unseen harmless": harmless, "real": options.real}
    for name, path in files.items():
        if path:
            told[name] = [likeness(squeeze(line), weights) for line in lines_of(path)]
    print(f"{'taken for danger at':22}" + "".join(f"{cut:9.1f}" for cut in CUTS))
    for name, found in told.items():
        print(f"{name:22}" + "".join(f"{sum(one.danger >= cut for one in found) / len(found):9.2%}" for cut in CUTS))
    print(f"body or mind told apart: {sum(right) / len(right):.2%}")


if __name__ == "__main__":
    main()
