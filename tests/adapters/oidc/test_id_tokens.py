"""ID tokens: the checks are what keeps a liar out, and each is seen to be needed."""

from collections.abc import Callable

import jwt
import pytest

from adapters.oidc import id_tokens
from adapters.oidc.id_tokens import NotBelieved
from domain.identity.errors import ProviderNotBelieved
from tests.adapters.oidc.conftest import Visit
from tests.oidc_double import Lie

CHECKS = {
    "_check_parties": [
        Lie.WRONG_AUDIENCE,
        Lie.AUDIENCES_WITHOUT_PARTY,
        Lie.WRONG_PARTY,
        Lie.OTHER_ISSUER,
        Lie.ENDLESS_SUBJECT,
    ],
    "_check_times": [Lie.EXPIRED, Lie.FROM_THE_FUTURE, Lie.NOT_YET, Lie.TIMES_IN_WORDS],
    "_check_bindings": [Lie.WRONG_NONCE, Lie.WRONG_ACCESS_TOKEN],
}


@pytest.mark.parametrize(
    ("check", "lie"), [(check, lie) for check, lies in CHECKS.items() for lie in lies]
)
async def test_without_its_checks_a_liar_would_be_believed(
    visit: Visit, check: str, lie: Lie, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit.double.lie = lie
    with pytest.raises(ProviderNotBelieved):
        await visit.identify()

    monkeypatch.setattr(id_tokens, check, lambda *_: None)

    assert (await visit.identify()).issuer == visit.provider.issuer


def _header(**members: str) -> Callable[[], str]:
    return lambda: jwt.encode({}, "x" * 32, algorithm="HS256", headers=members)


@pytest.mark.parametrize(
    "token",
    ["", "x", "a.b.c", "....", "x" * 20_000, "é.é.é", "e30.e30.", "bnVsbA.e30.x"],
)
def test_what_is_no_token_has_no_key(token: str) -> None:
    with pytest.raises(NotBelieved):
        id_tokens.key_id_of(token, ["RS256"])


@pytest.mark.parametrize("members", [{}, {"typ": "at+jwt"}, {"kid": "first"}])
def test_neither_has_one_with_an_algorithm_that_is_not_allowed(members: dict[str, str]) -> None:
    with pytest.raises(NotBelieved):
        id_tokens.key_id_of(_header(**members)(), ["RS256"])
