"""The person's browser at the provider: agrees, and is sent back with a code."""

import base64
import secrets
from urllib.parse import parse_qsl, urlsplit

import msgspec
from msgspec import Struct

from tests.oidc_double.people import Person


class Grant(Struct, frozen=True):
    """What a code stands for. It is written in the code, so that any double can redeem it."""

    client_id: str
    redirect_uri: str
    nonce: str
    code_challenge: str
    person: Person
    serial: str

    def code(self) -> str:
        return base64.urlsafe_b64encode(msgspec.json.encode(self)).rstrip(b"=").decode()

    @classmethod
    def of(cls, code: str) -> "Grant":
        """Raises ValueError."""
        return msgspec.json.decode(base64.urlsafe_b64decode(code + "=="), type=cls)


def asked_in(authorization_url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(authorization_url).query, strict_parsing=True))


def answer_of(authorization_url: str, person: Person | None = None) -> dict[str, str]:
    """`code` and `state`, as the provider sends them back. The request has to be a proper one."""
    asked = asked_in(authorization_url)
    assert asked["response_type"] == "code"
    assert "openid" in asked["scope"].split()
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["code_challenge"]) == 43
    grant = Grant(
        asked["client_id"],
        asked["redirect_uri"],
        asked["nonce"],
        asked["code_challenge"],
        person or Person(),
        secrets.token_hex(8),
    )
    return {"code": grant.code(), "state": asked["state"]}
