"""The machine's clock, for what happens outside transactions."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    return datetime.now(UTC)
