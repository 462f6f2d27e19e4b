"""What a text means, as a row of numbers: by a model that stands in a folder of the operator's.

The folder is laid out as sentence-transformers writes one: `tokenizer.json`, and `model.onnx` beside it or within
`onnx/`. Where they are there, `1_Pooling/config.json` tells how the numbers of a text's pieces become its own, and
`config_sentence_transformers.json` what goes before queries and passages ("prompts"). onnxruntime, tokenizers and
numpy come with requirements-meaning.txt; nothing imports this module on a site without a model.
"""

import json
from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from django.core.exceptions import ImproperlyConfigured
from numpy.typing import NDArray
from tokenizers import Tokenizer

Floats = NDArray[np.float32]

LONGEST = 128  # pieces of a text that are read; what a title says is within them
TOGETHER = 16  # texts that are read at once
PADS = ("[PAD]", "<pad>")  # what fills the shorter ones of texts that are read together
PASSAGES = ("passage", "document")  # names of the prompt that goes before what is looked for
FINGERPRINT = 1 << 20  # bytes of a model at its end that tell it from others, beside its size


class UnusableModel(ImproperlyConfigured):
    """A folder holds no model that can be used; the text says what is missing."""


class Embedder:
    """A model, which gives each text a vector of length 1."""

    def __init__(self, folder: Path) -> None:
        """Read the model of a folder. Raises UnusableModel."""
        model = next((path for path in (folder / "model.onnx", folder / "onnx" / "model.onnx") if path.is_file()), None)
        if model is None or not (folder / "tokenizer.json").is_file():
            raise UnusableModel(f"{folder} needs tokenizer.json and model.onnx (or onnx/model.onnx).")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1  # a site's threads share its processors already
        try:
            self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            self.session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
            pooling = read(folder / "1_Pooling" / "config.json")
            prompts = read(folder / "config_sentence_transformers.json").get("prompts") or {}
        except Exception as error:  # each of the libraries has errors of its own
            raise UnusableModel(f"{folder} holds no model that can be read: {error}") from error
        self.tokenizer.enable_truncation(LONGEST)
        pad = next((token for token in PADS if self.tokenizer.token_to_id(token) is not None), None)
        if pad is None:
            raise UnusableModel(f"{folder / 'tokenizer.json'} has none of the tokens {' '.join(PADS)}.")
        self.tokenizer.enable_padding(pad_id=self.tokenizer.token_to_id(pad), pad_token=pad)
        self.takes_first = bool(pooling.get("pooling_mode_cls_token"))
        self.before_query = str(prompts.get("query", ""))
        self.before_passage = str(next((prompts[name] for name in PASSAGES if name in prompts), ""))
        self.inputs = [one.name for one in self.session.get_inputs()]
        self.name = fingerprint(model, self.before_query, self.before_passage, self.takes_first)

    def query(self, text: str) -> Floats:
        """Return the vector of what somebody asks."""
        vector: Floats = self.vectors([self.before_query + text])[0]
        return vector

    def passages(self, texts: Sequence[str]) -> Floats:
        """Return the vectors of what may answer, a row for each."""
        return self.vectors([self.before_passage + text for text in texts])

    def vectors(self, texts: Sequence[str]) -> Floats:
        parts = [self.batch(texts[start : start + TOGETHER]) for start in range(0, len(texts), TOGETHER)]
        return np.concatenate(parts) if parts else np.zeros((0, 0), np.float32)

    def batch(self, texts: Sequence[str]) -> Floats:
        read = self.tokenizer.encode_batch(list(texts))
        ids = np.array([one.ids for one in read], np.int64)
        mask = np.array([one.attention_mask for one in read], np.int64)
        given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        out: Floats = self.session.run(None, {name: given[name] for name in self.inputs if name in given})[0]
        if out.ndim == 3:  # a vector for each piece
            weights = mask[:, :, None].astype(np.float32)
            out = out[:, 0] if self.takes_first else (out * weights).sum(1) / np.maximum(weights.sum(1), 1)
        length = np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-12)
        unit: Floats = (out / length).astype(np.float32)
        return unit


def read(path: Path) -> dict[str, Any]:
    """Return what a file of JSON holds; {} where there is none."""
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else {}


def fingerprint(model: Path, *settings: object) -> str:
    """Return what tells a model, and how it is used, from others: 16 characters. Large ones have files beside them."""
    seen = blake2b(repr(settings).encode(), digest_size=8)
    for path in sorted(model.parent.glob(f"{model.name}*")):
        size = path.stat().st_size
        with path.open("rb") as file:
            file.seek(max(0, size - FINGERPRINT))
            seen.update(f"\n{path.name} {size}\n".encode() + file.read())
    return seen.hexdigest()
