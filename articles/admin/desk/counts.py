"""Counts in lists. They stop at a limit, so that a list costs the same however much there is to count."""

COUNTED = 1000


def shown_count(number: int) -> str:
    """Return the capped count as editors see it: 7, or 999+ where counting stopped."""
    return f"{COUNTED - 1}+" if number >= COUNTED else str(number)
