"""What a password has to be, before anybody hashes it."""

import unicodedata
from collections.abc import Iterable

from domain.identity.errors import InvalidPassword, PersonalPassword

SHORTEST = 8
LONGEST = 256
_TYPED_LONGEST = 4 * LONGEST
"""No letter is typed with more than four signs, so what is longer is too long in any form."""


def chosen_password(text: str, *, about: Iterable[str] = (), field: str = "password") -> str:
    """The password that somebody picks, in its normal form.

    `about` is what everybody knows of them: their address and names. Raises InvalidPassword,
    PersonalPassword.
    """
    password = normal_form(text)
    if not SHORTEST <= len(password) <= LONGEST or "\x00" in password:
        raise InvalidPassword(shortest=SHORTEST, longest=LONGEST, field=field)
    if password.casefold() in _obvious(about):
        raise PersonalPassword(field=field)
    return password


def normal_form(text: str) -> str:
    """The same bytes for the same letters, whichever keyboard composed them.

    What is far too long stays too long, and costs nothing: composing takes time.
    """
    return unicodedata.normalize("NFC", text[: _TYPED_LONGEST + 1])


def _obvious(about: Iterable[str]) -> set[str]:
    """An address and its part before the @; names, alone and together."""
    words = [normal_form(word).casefold() for word in about]
    local_parts = [word.partition("@")[0] for word in words]
    names = [word for word in words if "@" not in word]
    return {*words, *local_parts, "".join(names), " ".join(names)}
