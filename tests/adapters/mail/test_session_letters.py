"""The words in which somebody is told that a session was ended."""

import msgspec

from adapters.mail.session_letters import JinjaSessionLetters
from tests.application.messaging.test_warn_of_reuse import ENDED

LETTERS = JinjaSessionLetters()


def test_the_letter_says_which_session_why_and_what_to_do() -> None:
    letter = LETTERS.warn_of_reuse(ENDED)

    assert letter.subject == "We signed you out on one device"
    for words in (letter.text, letter.html):
        assert "Zoë Łukasik" in words
        assert "Monday 01 June 2026, 12:00 UTC" in words
        assert "Firefox on Windows at 192.0.2.7." in words
        assert "change your password" in words


def test_an_address_that_nobody_knows_is_left_out() -> None:
    letter = LETTERS.warn_of_reuse(msgspec.structs.replace(ENDED, ip=None))

    assert "from Firefox on Windows." in letter.text


def test_markup_in_names_is_shown_and_not_obeyed() -> None:
    evil = "<script>alert(1)</script>"

    letter = LETTERS.warn_of_reuse(msgspec.structs.replace(ENDED, greeted=evil, device=evil))

    assert evil not in letter.html
    assert "&lt;script&gt;" in letter.html
