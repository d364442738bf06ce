import base64
import hashlib
from datetime import timedelta
from uuid import UUID

import pytest

from domain.identity.errors import LoginFlowEnded
from domain.identity.login_flow import (
    LIFETIME,
    LoginFlow,
    code_challenge_of,
    code_verifier_of,
    kept_of,
    nonce_of,
)
from domain.shared.ids import UserId
from tests.conftest import VirtualClock

NOON = VirtualClock().now
ADA, BOB = UserId(UUID(int=1)), UserId(UUID(int=2))


def a_flow(user_id: UserId | None = None) -> LoginFlow:
    return LoginFlow.begin(
        "state",
        "token",
        provider="corp",
        redirect_uri="https://shop.example/",
        user_id=user_id,
        at=NOON,
    )


def test_nothing_that_finishes_it_is_kept() -> None:
    flow = a_flow()

    assert flow.state_hash == kept_of("state") != b"state"
    assert flow.token_hash == kept_of("token") != flow.state_hash


def test_verifier_and_nonce_follow_from_the_token_and_not_from_each_other() -> None:
    verifier = code_verifier_of("token")

    assert len({verifier, nonce_of("token"), "token", code_verifier_of("other")}) == 4
    assert 43 <= len(verifier) <= 128
    digest = hashlib.sha256(verifier.encode()).digest()
    assert code_challenge_of("token") == base64.urlsafe_b64encode(digest).decode().rstrip("=")


def test_au_16_it_is_finished_once() -> None:
    flow = a_flow()

    flow.take("token", provider="corp", user_id=None, at=NOON)

    with pytest.raises(LoginFlowEnded):
        flow.take("token", provider="corp", user_id=None, at=NOON)


def test_a_flow_whose_provider_was_down_may_be_finished_after_all() -> None:
    flow = a_flow()
    flow.take("token", provider="corp", user_id=None, at=NOON)

    flow.give_back()

    flow.take("token", provider="corp", user_id=None, at=NOON)


@pytest.mark.parametrize(
    ("token", "provider", "user_id", "later"),
    [
        ("another", "corp", ADA, timedelta(0)),
        ("state", "corp", ADA, timedelta(0)),
        ("", "corp", ADA, timedelta(0)),
        ("token", "other", ADA, timedelta(0)),
        ("token", "corp", BOB, timedelta(0)),
        ("token", "corp", None, timedelta(0)),
        ("token", "corp", ADA, LIFETIME),
    ],
)
def test_au_16_only_who_began_finishes_in_time(
    token: str, provider: str, user_id: UserId | None, later: timedelta
) -> None:
    flow = a_flow(ADA)

    with pytest.raises(LoginFlowEnded) as refused:
        flow.take(token, provider=provider, user_id=user_id, at=NOON + later)

    assert refused.value.facts == {}
    assert flow.taken_at is None
    flow.take("token", provider="corp", user_id=ADA, at=NOON + LIFETIME - timedelta(seconds=1))
