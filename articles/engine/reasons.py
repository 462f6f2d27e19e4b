"""Why a question stands beside another, in words for editors."""

from .duplicates import Titled
from .situations import Labels
from .tokens import Title


def reasons(title: Title, document: Titled, labels: Labels, theirs: Labels) -> str:
    """Why a document is related, in words for editors: 同病种：面肌痉挛 · 同科室 · 共同词：痉挛、肉毒毒素."""
    shared = sorted({w for w in title.words if w in document.words and w in document.topic}, key=lambda w: (-len(w), w))
    shared = [word for i, word in enumerate(shared) if not any(word in longer for longer in shared[:i])]
    diseases = [name for name in labels.diseases if name in theirs.diseases]
    words = [word for word in shared if not any(word in name for name in diseases)]
    tags = [name for name in labels.tags if name in theirs.tags]
    said = [
        f"同病种：{'、'.join(diseases)}" if diseases else "",
        "同科室" if set(labels.departments) & set(theirs.departments) else "",
        f"共同标签：{'、'.join(tags)}" if tags else "",
        f"共同词：{'、'.join(words)}" if words else "",
    ]
    return " · ".join(filter(None, said)) or "字面相近"
