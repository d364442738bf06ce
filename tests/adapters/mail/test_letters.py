"""The words of the confirmation."""

from adapters.mail.letters import JinjaLetters
from domain.shared.money import Money
from tests.application.messaging.confirmations import ORDER, a_confirmation

LETTERS = JinjaLetters("https://tickets.example")


def test_the_letter_says_what_was_bought_when_where_and_for_how_much() -> None:
    letter = LETTERS.confirm(a_confirmation())

    assert letter.subject == "Your tickets for Nacht der Orgeln (7F3KQ2M9XB)"
    for words in (letter.text, letter.html):
        assert "Zoë Łukasik" in words
        assert "Thursday 24 December 2026, 20:00 CET" in words
        assert "Dom, Domkloster 4, 50667 Köln, DE" in words
        assert "50.00 EUR each" in words
        assert "-10.00 EUR" in words
        assert "102.50 EUR" in words
        assert f"https://tickets.example/api/v1/orders/{ORDER}/tickets" in words


def test_a_guests_link_has_the_secret_in_it() -> None:
    letter = LETTERS.confirm(a_confirmation(is_for_guest=True, secret="s3cret"))

    for words in (letter.text, letter.html):
        assert f"https://tickets.example/api/v1/orders/{ORDER}/tickets?secret=s3cret" in words
        assert "sign in" not in words


def test_the_plain_text_has_no_holes() -> None:
    text = LETTERS.confirm(a_confirmation()).text

    assert "\n\n\n" not in text
    assert "2 x Parkett, 50.00 EUR each\n1 x Kind, 10.00 EUR each\n" in text


def test_markup_in_names_is_shown_and_not_obeyed() -> None:
    evil = "<script>alert(1)</script>"

    letter = LETTERS.confirm(a_confirmation(greeted=evil, event_name=evil))

    assert evil not in letter.html
    assert "&lt;script&gt;" in letter.html
    assert evil in letter.text


def test_a_currency_without_cents_shows_none() -> None:
    nothing = Money(0, "JPY")
    yen = {"discount": nothing, "fees": nothing, "tax": nothing}

    letter = LETTERS.confirm(
        a_confirmation(subtotal=Money(5000, "JPY"), total=Money(5000, "JPY"), lines=(), **yen)
    )

    assert "Total: 5000 JPY" in letter.text
    assert "Subtotal" not in letter.text
