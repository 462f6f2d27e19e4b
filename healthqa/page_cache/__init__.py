"""A cache of finished pages in front of the application, as WhiteNoise stands in front of it for files.

It knows nothing of articles: views say which of their answers may be kept (`keep_page`) and which pages a reader's
change makes stale (`drop_pages`), and a callable tells how fresh the site is. A page of which a view says what it
shows (`show_keys`) stays until one of these keys has changed; any change makes the others stale. Nothing personal can
enter, because what is kept was rendered from a request that holds nothing but the scheme, the path and the query
parameters that the view knows.
"""

from .answer import Answer
from .asked import Asker, change_nothing, drop_pages, keep_page, show_keys
from .handler import PageHandler
from .watcher import State, Watcher
from .wrapper import WAITERS, Counts, PageCache, answer_of

__all__ = [
    "WAITERS",
    "Answer",
    "Asker",
    "Counts",
    "PageCache",
    "PageHandler",
    "State",
    "Watcher",
    "answer_of",
    "change_nothing",
    "drop_pages",
    "keep_page",
    "show_keys",
]
