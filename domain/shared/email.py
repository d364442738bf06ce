"""E-mail addresses, as everybody who writes to people needs them."""

import unicodedata

from domain.shared.errors import Invalid


class InvalidEmail(Invalid):
    """This is not an e-mail address."""

    code = "invalid_email"
    field = "email"


def key_of(address: str) -> str:
    """What two spellings of one address have in common: neither case nor width tells them apart.

    Folded between two compositions, as NFKC_Casefold does it, so that the key of a key is itself.
    """
    if address.isascii():
        return address.lower()
    folded = unicodedata.normalize("NFKC", address).casefold()
    return unicodedata.normalize("NFKC", folded)
