"""Names are read as they were written, and lead nowhere."""

import pytest

from domain.shared.names import InvalidName, clean_name, clean_notice
from domain.shared.text import InvalidText

UNSEEN = ["\u202e", "\u202a", "\u2066", "\u2069", "\u200b", "\u200e", "\u200f", "\u061c"]
UNSEEN += ["\u00ad", "\u2060", "\ufeff", "\u3164", "\u2800", "\U000e0061", "\u200c", "\u200d"]


@pytest.mark.parametrize("sign", UNSEEN)
def test_what_is_not_seen_or_turns_the_direction_is_refused(sign: str) -> None:
    with pytest.raises(InvalidName) as refused:
        clean_name(f"Ada{sign}gnp", field="firstName", longest=100)

    assert (refused.value.code, refused.value.facts["field"]) == ("invalid_name", "firstName")


@pytest.mark.parametrize(
    "name",
    [
        "You won! http://evil.example/x",
        "You won! HTTPS://evil.example",
        "www.evil.example",
        "Click WWW.evil.example",
        "Click \uff57\uff57\uff57.evil.example",  # Full width.
        "ftp\uff1a//evil.example",
    ],
)
def test_a_name_that_mails_carry_has_no_address_in_it(name: str) -> None:
    with pytest.raises(InvalidName):
        clean_name(name, field="name", longest=200)


@pytest.mark.parametrize(
    "name",
    [
        "Łódź Rock & Soul",
        "Dr. Anna-Lena O\u2019Neill, jr.",
        "St.Pauli/Hamburg",
        "Awww. Cute: the show",
        "Booking.com",
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",  # Persian, with its joiner.
        "\u0915\u094d\u200d\u0937",  # Devanagari.
        "Family \U0001f469\u200d\U0001f680 day",
        "Hearts \u2764\ufe0f\u200d\U0001f525",
        "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f England",
        "\u05d3\u05d5\u05d3 \u05dc\u05d5\u05d9",
        "東京ドーム",
    ],
)
def test_names_as_people_have_them_stay_what_they_are(name: str) -> None:
    assert clean_name(name, field="name", longest=200) == name


@pytest.mark.parametrize("text", [f"She sees {sign}nothing" for sign in UNSEEN])
def test_a_notice_hides_nothing(text: str) -> None:
    with pytest.raises(InvalidText, match="not seen"):
        clean_notice(text, field="reason", longest=100)


def test_a_notice_leads_nowhere_and_is_no_name() -> None:
    with pytest.raises(InvalidText) as refused:
        clean_notice("Verify at https://evil.example", field="reason", longest=100)

    assert (refused.value.code, refused.value.facts["field"]) == ("invalid_text", "reason")
    assert clean_notice(" Ticket 4711: she asks. ", field="reason", longest=100, shortest=10)
