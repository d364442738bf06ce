"""Our public keys: the next is shown before it signs, the last one until its tokens are over."""

from datetime import datetime, timedelta

import jwt
import pytest

from adapters.tokens.access import (
    LEEWAY,
    PERSON_LIFETIME_S,
    SCANNER_LIFETIME_S,
    AccessTokenSigner,
    PersonClaims,
    ScannerClaims,
)
from adapters.tokens.keyring import Keyring
from adapters.tokens.published_keys import PublishedKeys
from domain.identity.errors import InvalidToken, TokenExpired
from domain.shared.ids import ScannerId
from tests.adapters.tokens.test_access import ADA, SESSION
from tests.conftest import VirtualClock

ONE, TWO = b"1" * 32, b"2" * 32
NOON = VirtualClock().now
SWITCH = NOON + timedelta(hours=2)
SECOND = timedelta(seconds=1)
WINDOW = timedelta(seconds=SCANNER_LIFETIME_S)


@pytest.fixture
def ring(clock: VirtualClock) -> Keyring:
    return Keyring({1: ONE, 2: TWO}, {2: SWITCH}, clock)


@pytest.fixture
def signer(ring: Keyring, clock: VirtualClock) -> AccessTokenSigner:
    return AccessTokenSigner(ring, clock)


def shown(ring: Keyring, clock: VirtualClock) -> set[str]:
    return {key.kid for key in PublishedKeys(ring, clock).show_keys().keys}


def test_the_next_key_is_shown_before_it_signs_and_the_old_one_as_long_as_it_matters(
    ring: Keyring, clock: VirtualClock
) -> None:
    assert shown(ring, clock) == {"1", "2"}

    clock.now = SWITCH + WINDOW
    assert shown(ring, clock) == {"1", "2"}

    clock.advance(LEEWAY)
    assert shown(ring, clock) == {"2"}


def test_what_is_shown_verifies_our_tokens_in_anybodys_library(
    ring: Keyring, signer: AccessTokenSigner, clock: VirtualClock
) -> None:
    for at in (NOON, SWITCH):
        clock.now = at
        token = signer.issue(ADA, SESSION).token
        keys = {
            key.kid: jwt.PyJWK.from_dict(
                {"kty": key.kty, "crv": key.crv, "x": key.x, "alg": key.alg, "use": key.use}
            )
            for key in PublishedKeys(ring, clock).show_keys().keys
        }
        kid = jwt.get_unverified_header(token)["kid"]

        claims = jwt.decode(
            token,
            keys[kid],
            algorithms=["EdDSA"],
            audience="api",
            issuer="tixmo",
            options={"verify_exp": False, "verify_iat": False, "verify_nbf": False},
        )

        assert claims["sub"] == str(ADA)


def test_a_key_says_nothing_that_signs(ring: Keyring, clock: VirtualClock) -> None:
    [key, _] = PublishedKeys(ring, clock).show_keys().keys

    assert set(key.__struct_fields__) == {"kty", "crv", "x", "kid", "use", "alg"}
    assert len(key.x) == 43


def test_every_process_takes_the_next_key_at_its_instant(
    signer: AccessTokenSigner, clock: VirtualClock
) -> None:
    def kid() -> str:
        return str(jwt.get_unverified_header(signer.issue(ADA, SESSION).token)["kid"])

    clock.now = SWITCH - SECOND
    assert kid() == "1"
    clock.advance(SECOND)
    assert kid() == "2"


def test_processes_that_learn_of_a_key_one_after_another_refuse_nothing(
    clock: VirtualClock,
) -> None:
    """AU-04: three processes with clocks 2 s apart, restarted one by one before the switch."""

    def process(number: int, *, knows_next: bool) -> AccessTokenSigner:
        def its_clock() -> datetime:
            return clock() + timedelta(seconds=2 * (number - 1))

        ring = ({1: ONE, 2: TWO}, {2: SWITCH}) if knows_next else ({1: ONE}, {})
        return AccessTokenSigner(Keyring(*ring, its_clock), its_clock)

    processes = [process(number, knows_next=False) for number in range(3)]
    moments = [NOON + number * 60 * SECOND for number in range(140)]
    moments += [SWITCH + number * SECOND / 4 for number in range(-20, 20)]
    seen: set[str] = set()
    before: list[str] = []
    for minute, clock.now in enumerate(sorted(moments)):
        if minute < len(processes):
            processes[minute] = process(minute, knows_next=True)
        issued = [one.issue(ADA, SESSION).token for one in processes]
        for one in processes:
            for token in issued + before:
                assert isinstance(one.read(token), PersonClaims)
        seen |= {jwt.get_unverified_header(token)["kid"] for token in issued}
        before = issued

    assert seen == {"1", "2"}


def test_without_its_instant_a_key_is_refused_where_it_is_not_known_yet(
    clock: VirtualClock,
) -> None:
    """The control: the process that was restarted first signs what the others cannot read."""
    first = AccessTokenSigner(Keyring({1: ONE, 2: TWO}), clock)
    second = AccessTokenSigner(Keyring({1: ONE}), clock)

    with pytest.raises(InvalidToken):
        second.read(first.issue(ADA, SESSION).token)


def test_an_old_key_is_refused_after_its_window(
    signer: AccessTokenSigner, clock: VirtualClock
) -> None:
    """AU-04: also if whoever has it signs on, and dates back as far as a token can."""
    clock.now = SWITCH - SECOND
    person = signer.issue(ADA, SESSION).token
    scanner = signer.issue_scanner_token(ScannerId(ADA)).token
    thief = AccessTokenSigner(Keyring({1: ONE}), clock)

    clock.now = SWITCH
    assert isinstance(signer.read(person), PersonClaims)
    assert isinstance(signer.read(scanner), ScannerClaims)
    with pytest.raises(InvalidToken):
        signer.read(thief.issue(ADA, SESSION).token)

    clock.now = SWITCH + timedelta(seconds=PERSON_LIFETIME_S) + LEEWAY
    with pytest.raises(TokenExpired):
        signer.read(person)


def test_a_key_that_is_not_due_does_not_sign_yet(
    signer: AccessTokenSigner, clock: VirtualClock
) -> None:
    early = AccessTokenSigner(Keyring({2: TWO}), clock)

    with pytest.raises(InvalidToken):
        signer.read(early.issue(ADA, SESSION).token)
