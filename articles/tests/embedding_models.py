"""Models for tests: a text means what its characters mean, and some characters mean the same.

A model file is written here as onnx.proto says (github.com/onnx/onnx): one table of vectors, from which each piece of a
text takes its own.
"""

import json
from pathlib import Path
from random import Random

import numpy as np
from tokenizers import Regex, Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Split

FLOAT, INT64 = 1, 7
SIZE = 48


def varint(number: int) -> bytes:
    low, rest = number & 127, number >> 7
    return bytes([low | 128]) + varint(rest) if rest else bytes([low])


def field(number: int, value: bytes | str | int) -> bytes:
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    value = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(value)) + value


def tensor(name: str, kind: int, *dimensions: str) -> bytes:
    shape = b"".join(field(1, field(2, one)) for one in dimensions)
    return field(1, name) + field(2, field(1, field(1, kind) + field(2, shape)))


def gather(table: np.ndarray) -> bytes:
    """Return a model that takes rows of a table: input_ids in, last_hidden_state out."""
    initializer = b"".join(field(1, size) for size in table.shape)
    initializer += field(2, FLOAT) + field(8, "table") + field(9, table.astype("<f4").tobytes())
    node = field(1, "table") + field(1, "input_ids") + field(2, "last_hidden_state") + field(4, "Gather")
    graph = field(1, node) + field(2, "graph") + field(5, initializer)
    graph += field(11, tensor("input_ids", INT64, "texts", "pieces"))
    graph += field(12, tensor("last_hidden_state", FLOAT, "texts", "pieces", "numbers"))
    return field(1, 8) + field(7, graph) + field(8, field(1, "") + field(2, 13))


def write_model(folder: Path, same: list[str], characters: str, seed: int = 1, **prompts: str) -> Path:
    """Write a model for `characters`; those of each string of `same` mean one thing. Returns its folder."""
    folder.mkdir(parents=True, exist_ok=True)
    vocabulary = {token: at for at, token in enumerate(["[PAD]", "[UNK]", *dict.fromkeys(characters + "".join(same))])}
    tokenizer = Tokenizer(WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Split(Regex("."), "isolated")
    tokenizer.save(str(folder / "tokenizer.json"))
    random = Random(seed)
    table = np.array([[random.gauss(0, 1) for _ in range(SIZE)] for _ in vocabulary])
    table[:2] = 0
    for group in same:
        for char in group[1:]:
            table[vocabulary[char]] = table[vocabulary[group[0]]]
    (folder / "model.onnx").write_bytes(gather(table))
    (folder / "config_sentence_transformers.json").write_text(json.dumps({"prompts": prompts}))
    return folder
