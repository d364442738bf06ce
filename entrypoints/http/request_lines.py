"""The request log's quick way out: lines are kept as they come and written together."""

import asyncio
import logging
import sys
from datetime import UTC, datetime
from typing import Any

import msgspec
from msgspec import Struct

from entrypoints.http.request_log import Tell, tell_structlog
from entrypoints.settings import Settings

FLUSH_SECONDS = 0.2
LINES_MAX = 4_096
"""As many are written at once, however young they are."""


class _Line(Struct):
    """What `entrypoints/logging.py` makes of the same facts, in its order (a test compares)."""

    request_id: str
    method: str
    path: str
    status: int
    duration_ms: float
    event: str
    level: str
    timestamp: datetime


class RequestLines:
    """JSON lines, at most 0.2 s late; a process that is killed loses those.

    structlog's chain and a write per line would cost ten times as much.
    """

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self._lines: list[_Line] = []
        self._encode = msgspec.json.Encoder().encode_lines

    def __call__(
        self, request_id: str, method: str, path: str, status: int, duration_ms: float
    ) -> None:
        lines = self._lines
        if not lines:
            asyncio.get_running_loop().call_later(FLUSH_SECONDS, self.flush)
        now = datetime.now(UTC)
        lines.append(_Line(request_id, method, path, status, duration_ms, "request", "info", now))
        if len(lines) >= LINES_MAX:
            self.flush()

    def flush(self) -> None:
        """Write what there is; nothing to do is fine."""
        lines, self._lines = self._lines, []
        if lines:
            self._stream.write(self._encode(lines).decode())
            self._stream.flush()


def request_lines(settings: Settings, *, stream: Any = None) -> Tell | None:
    """How this process tells its requests: for people on a terminal, together as JSON elsewhere.

    None if the log's level leaves them out.
    """
    out = stream or sys.stderr
    if logging.getLevelNamesMapping()[settings.log_level.upper()] > logging.INFO:
        return None
    return tell_structlog if out.isatty() else RequestLines(out)
