"""Refresh tokens follow one another: one lives, and whoever shows an earlier one is a thief or was
robbed by one, but for the client that just exchanged it and lost the answer.
"""

from datetime import datetime, timedelta

GRACE = timedelta(seconds=10)
"""How long the client that exchanged a token may ask again."""


def is_lost_answer(
    presented: bytes, before: bytes | None, exchanged_at: datetime, *, at: datetime
) -> bool:
    """Whether it is the token that was exchanged for the living one, a moment ago."""
    return presented == before and at - exchanged_at <= GRACE
