"""Secrets belong into headers and bodies: addresses are logged, kept and passed on by others."""

from urllib.parse import unquote_plus

from domain.shared.secret_text import without_secrets
from entrypoints.http.body import MalformedRequest

ROUNDS = 4
"""As often as an address is looked at again with its escapes undone."""


class SecretInAddress(MalformedRequest):
    """A secret was sent in the address, where others may have read it: exchange it for another."""

    code = "secret_in_address"
    field = "query"


def secret_in(path: str, query: bytes) -> SecretInAddress | None:
    """The refusal of an address with a key, whatever its name there and however it is escaped."""
    if _is_told(path):
        return SecretInAddress(field="path")
    if query and _is_told(query.decode("latin-1")):
        return SecretInAddress()
    return None


def _is_told(text: str) -> bool:
    for _ in range(ROUNDS):
        if "tkt" in text.lower() and without_secrets(text) != text:
            return True
        if "%" not in text:
            return False
        text = unquote_plus(text, "latin-1")
    return False
