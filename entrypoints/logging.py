"""One way to log: a line per outcome, for people on a terminal and as JSON everywhere else."""

import logging
import sys
from typing import Any

import msgspec
import structlog
from structlog.typing import Processor

from domain.shared.secret_text import without_secrets
from entrypoints.settings import Settings

# They tell every call, statement or job at INFO; what goes wrong still comes through.
_TALKATIVE = (
    "httpx",
    "httpcore",
    "stripe",
    "sqlalchemy.engine",
    "sqlalchemy.pool",
    "alembic",
    "procrastinate",
    "_granian",
    "granian.access",
    "mail.log",
)

# Without local variables: they hold names, passwords and tokens.
_STORY = structlog.processors.ExceptionRenderer(
    structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
)


def configure_logging(settings: Settings, *, stream: Any = None) -> None:
    """Ours and the libraries' records leave in the same shape, on standard error."""
    out = stream or sys.stderr
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderers: list[Processor] = (
        [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
        if out.isatty()
        else [_STORY, structlog.processors.JSONRenderer(_json)]
    )
    renderers.append(_without_secrets)
    level = logging.getLevelNamesMapping()[settings.log_level.upper()]
    structlog.configure(
        processors=[*shared, *renderers],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(out),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *renderers],
        )
    )
    logging.basicConfig(handlers=[handler], level=level, force=True)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))


def _without_secrets(_: Any, __: str, line: Any) -> Any:
    """Whatever slipped into the rendered line: secrets are known by their shape."""
    return without_secrets(line) if isinstance(line, str) else line


def _json(line: Any, **_: Any) -> str:
    return msgspec.json.encode(line, enc_hook=repr).decode()
