"""Secrets belong into headers and bodies: addresses are logged, kept and passed on by others."""

from urllib.parse import unquote_plus

from domain.shared.secret_text import without_secrets
from entrypoints.http.body import MalformedRequest


class SecretInAddress(MalformedRequest):
    """A secret was sent in the address, where others may have read it: exchange it for another."""

    code = "secret_in_address"
    field = "query"


def refuse_secrets(query: bytes) -> None:
    """A key is not taken from a query, whatever its name there. Raises SecretInAddress."""
    if b"tkt" in query or b"%" in query:
        plain = unquote_plus(query.decode("latin-1"))
        if without_secrets(plain) != plain:
            raise SecretInAddress
