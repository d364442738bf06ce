"""The words in which somebody who waited is offered tickets."""

import msgspec

from adapters.mail.letters import JinjaLetters
from tests.application.messaging.test_on_place_offered import ENTRY, PLACE

LETTERS = JinjaLetters("https://tickets.example")


def test_the_letter_says_what_is_set_aside_until_when_and_how_to_take_it() -> None:
    letter = LETTERS.offer(PLACE)

    assert letter.subject == "Tickets for Nacht der Orgeln are set aside for you"
    for words in (letter.text, letter.html):
        assert "Thursday 24 December 2026, 20:00 CET" in words
        assert "Monday 01 June 2026, 15:00 CEST" in words
        assert "50.00 EUR each before fees, are set aside for you" in words
        assert "the-offer" in words
        assert "the-secret" in words
        assert f"https://tickets.example/api/v1/waiting-list/{ENTRY}" in words
    assert "2 x Parkett" in letter.text
    assert "\n\n\n" not in letter.text


def test_one_ticket_is_one() -> None:
    letter = LETTERS.offer(msgspec.structs.replace(PLACE, quantity=1))

    assert "is set aside for you" in letter.text


def test_markup_in_names_is_shown_and_not_obeyed() -> None:
    evil = "<script>alert(1)</script>"

    letter = LETTERS.offer(msgspec.structs.replace(PLACE, event_name=evil))

    assert evil not in letter.html
    assert "&lt;script&gt;" in letter.html
