"""The words that owners of accounts are written."""

from uuid import UUID

import pytest

from adapters.mail.letters import JinjaLetters
from application.shared.account_letters import AccountLetter, AccountLetterKind

LETTERS = JinjaLetters("https://tickets.example")
WITH_TOKEN = {
    AccountLetterKind.OPEN_ACCOUNT,
    AccountLetterKind.VERIFY_EMAIL,
    AccountLetterKind.CHANGE_EMAIL,
    AccountLetterKind.RESET_PASSWORD,
}
ABOUT_SOMETHING = {
    AccountLetterKind.PASSKEY_ADDED,
    AccountLetterKind.PASSKEY_REMOVED,
    AccountLetterKind.IDENTITY_LINKED,
    AccountLetterKind.IDENTITY_UNLINKED,
    AccountLetterKind.APPLICATION_SHUT_OUT,
}


def a_letter(kind: AccountLetterKind, name: str = "Zoë Łukasik") -> AccountLetter:
    about = "Laptop" if kind in ABOUT_SOMETHING else None
    return AccountLetter(
        id=UUID(int=1), kind=kind, to_name=name, to_address="zoe@example.com", about=about
    )


@pytest.mark.parametrize("kind", AccountLetterKind)
def test_each_greets_and_tells_its_code_if_it_has_one(kind: AccountLetterKind) -> None:
    letter = LETTERS.account(a_letter(kind), "s3cret" if kind in WITH_TOKEN else None)

    assert letter.subject
    for words in (letter.text, letter.html):
        assert "Zoë Łukasik" in words
        assert ("s3cret" in words) is (kind in WITH_TOKEN)
        assert ("Laptop" in words) is (kind in ABOUT_SOMETHING)
        assert "None" not in words
    assert "\n\n\n" not in letter.text


def test_each_has_words_of_its_own() -> None:
    texts = {LETTERS.account(a_letter(kind), "s3cret").text for kind in AccountLetterKind}

    assert len(texts) == len(AccountLetterKind)


@pytest.mark.parametrize("kind", AccountLetterKind)
def test_no_code_is_in_an_address_that_could_be_fetched(kind: AccountLetterKind) -> None:
    """AU-17: programs that open links in mails use nothing up, and no Referer tells it."""
    letter = LETTERS.account(a_letter(kind), "s3cret")

    assert "href" not in letter.html
    assert "?" not in "".join(line for line in letter.text.splitlines() if "https://" in line)


def test_markup_in_names_is_shown_and_not_obeyed() -> None:
    evil = "<script>alert(1)</script>"

    letter = LETTERS.account(a_letter(AccountLetterKind.PASSWORD_CHANGED, evil), None)

    assert evil not in letter.html
    assert evil in letter.text
