"""The words in which somebody is told of a support visit."""

import msgspec

from adapters.mail.visit_letters import JinjaVisitLetters
from tests.application.messaging.test_tell_of_visit import NOTICE

LETTERS = JinjaVisitLetters()


def test_the_letter_says_why_how_long_and_how_to_end_it() -> None:
    letter = LETTERS.tell_of_visit(NOTICE)

    assert letter.subject == "Our support looks at your account"
    for words in (letter.text, letter.html):
        for told in ("Zoë Łukasik", "Monday 01 June 2026, 12:00 UTC", "12:15 UTC", NOTICE.reason):
            assert told in words
        assert "Tixmo support" in words


def test_markup_in_names_and_reasons_is_shown_and_not_obeyed() -> None:
    evil = "<script>alert(1)</script>"

    letter = LETTERS.tell_of_visit(msgspec.structs.replace(NOTICE, greeted=evil, reason=evil))

    assert evil not in letter.html
    assert letter.html.count("&lt;script&gt;") == 2
