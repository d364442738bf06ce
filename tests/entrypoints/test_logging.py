"""Logs: JSON lines for machines, and libraries that keep quiet about every call."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from entrypoints.logging import configure_logging
from entrypoints.settings import Settings


@pytest.fixture
def out() -> Iterator[io.StringIO]:
    before, root = structlog.get_config(), logging.getLogger()
    handlers, level = root.handlers[:], root.level
    out = io.StringIO()
    configure_logging(Settings(), stream=out)
    yield out
    structlog.configure(**before)
    root.handlers[:], root.level = handlers, level


def test_a_line_is_one_json_object(out: io.StringIO) -> None:
    structlog.get_logger("tixmo.some").info("order placed", order="7F3K", duration_ms=1.5)

    line = json.loads(out.getvalue())
    assert line["event"] == "order placed"
    assert (line["order"], line["duration_ms"], line["level"]) == ("7F3K", 1.5, "info")
    assert line["timestamp"].endswith("Z")


def test_what_json_does_not_know_is_written_all_the_same(out: io.StringIO) -> None:
    structlog.get_logger("tixmo.some").info("odd", thing=object())

    assert "object object at" in json.loads(out.getvalue())["thing"]


def test_an_error_brings_its_story(out: io.StringIO) -> None:
    try:
        raise ValueError("wrong")
    except ValueError as error:
        structlog.get_logger("tixmo.some").error("failed", exc_info=error)

    assert "wrong" in json.dumps(json.loads(out.getvalue())["exception"])


def test_the_story_of_an_error_does_not_tell_local_variables(out: io.StringIO) -> None:
    card = "secret-card-number"
    try:
        raise ValueError("wrong")
    except ValueError as error:
        structlog.get_logger("tixmo.some").error("failed", exc_info=error)

    assert card not in out.getvalue()


def test_libraries_speak_the_same_language_and_only_when_something_is_wrong(
    out: io.StringIO,
) -> None:
    logging.getLogger("httpx").info("HTTP Request: GET https://api.example/secret")
    logging.getLogger("httpx").warning("slow")

    line = json.loads(out.getvalue())
    assert (line["event"], line["level"]) == ("slow", "warning")
