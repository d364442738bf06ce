"""What a password has to be, before anybody hashes it."""

import unicodedata

from domain.identity.errors import InvalidPassword

SHORTEST = 8
LONGEST = 256


def chosen_password(text: str) -> str:
    """The password that somebody picks, in its normal form. Raises InvalidPassword."""
    password = normal_form(text)
    if not SHORTEST <= len(password) <= LONGEST or "\x00" in password:
        raise InvalidPassword(shortest=SHORTEST, longest=LONGEST)
    return password


def normal_form(text: str) -> str:
    """The same bytes for the same letters, whichever keyboard composed them."""
    return unicodedata.normalize("NFC", text)
