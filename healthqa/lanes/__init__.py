"""Lanes: what needs the database is worked on by a few threads of its own, so that it can never hold up what does not.

The server's threads only hand work over and wait for it, each kind of work within bounds. A kept page, a static file
and /livez find a thread, whatever the database, a search, an import or a password does. This package knows nothing of
articles, nor of the project around it.
"""

from .bodies import WAITERS, Bodies
from .lane import Full, Lane, Late, in_lane
from .wrapper import Front, LaneOf, Lanes

__all__ = ["WAITERS", "Bodies", "Front", "Full", "Lane", "LaneOf", "Lanes", "Late", "in_lane"]
