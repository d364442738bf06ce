from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.tokens.identity.sign_in_challenges import SealedSignInChallenges
from adapters.tokens.keyring import Keyring
from domain.identity.challenge import Challenge, Purpose
from domain.identity.errors import ChallengeOver
from domain.shared.ids import UserId

RING = Keyring({1: b"1" * 32})
CHALLENGES = SealedSignInChallenges(RING)
challenges = st.builds(
    Challenge,
    id=st.uuids(),
    purpose=st.sampled_from(Purpose),
    user_id=st.none() | st.uuids(version=4).map(UserId),
    proof=st.binary(min_size=16, max_size=16),
    expires_at=st.datetimes(min_value=datetime(1971, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001  # `timezones` adds it.
)


@given(challenges)
def test_a_challenge_survives_its_seal(challenge: Challenge) -> None:
    assert CHALLENGES.open(CHALLENGES.seal(challenge)) == challenge


@given(challenges, st.data())
def test_one_that_was_changed_does_not_open(challenge: Challenge, data: st.DataObject) -> None:
    sealed = CHALLENGES.seal(challenge)
    place = data.draw(st.integers(0, len(sealed) - 1))
    other = data.draw(st.characters(codec="ascii").filter(lambda sign: sign != sealed[place]))

    with pytest.raises(ChallengeOver):
        CHALLENGES.open(sealed[:place] + other + sealed[place + 1 :])


@given(challenges)
def test_keys_are_exchanged_without_ending_what_is_under_way(challenge: Challenge) -> None:
    rotated = SealedSignInChallenges(Keyring({1: b"1" * 32, 2: b"2" * 32}))
    stranger = SealedSignInChallenges(Keyring({1: b"x" * 32}))
    sealed = CHALLENGES.seal(challenge)

    assert rotated.open(sealed) == challenge
    with pytest.raises(ChallengeOver):
        stranger.open(sealed)
