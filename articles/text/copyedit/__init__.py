"""A copy-editor for Chinese medical text: rules by subject, in the order in which editors see their warnings.

Text in, findings out; it knows neither the database nor the admin. `workflow/proofs.py` connects it to both.
"""

from . import lost, structure, claims, drugs, punctuation, characters, dates  # noqa: F401, I001 (the order of the warnings)
from .passages import Text
from .registry import RULES, check

__all__ = ["RULES", "Text", "check"]
