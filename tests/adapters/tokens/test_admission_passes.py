"""Admission passes: forged, shared, replayed and expired ones are refused (faults.md DS-13)."""

import base64
import hmac
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.tokens.admission_passes import AdmissionPassSigner
from adapters.tokens.keyring import Keyring
from adapters.tokens.sales.visitor_names import VisitorNames
from domain.shared.ids import EventId
from tests.conftest import VirtualClock

OLD, NEW = b"an old master key for the tests.", b"a new master key for the tests.."
EVENT, OTHER_EVENT = EventId(UUID(int=1)), EventId(UUID(int=2))
VISITOR = "some-visitor"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


@pytest.fixture
def signer(clock: VirtualClock) -> AdmissionPassSigner:
    return AdmissionPassSigner(Keyring({1: OLD}), clock)


@pytest.fixture
def issued(signer: AdmissionPassSigner, clock: VirtualClock) -> str:
    return signer.issue(EVENT, VISITOR, clock() + timedelta(minutes=10))


def test_a_pass_admits_its_visitor_to_its_event(signer: AdmissionPassSigner, issued: str) -> None:
    assert signer.admits(issued, EVENT, VISITOR)
    assert len(issued) < 100
    assert set(issued) <= set(LETTERS)


def test_a_pass_is_bound_to_its_visitor(signer: AdmissionPassSigner, issued: str) -> None:
    for somebody_else in ("", "some-visito", "Some-visitor", "some-visitor ", "\udc80"):
        assert not signer.admits(issued, EVENT, somebody_else)


def test_a_pass_is_bound_to_its_event(signer: AdmissionPassSigner, issued: str) -> None:
    assert not signer.admits(issued, OTHER_EVENT, VISITOR)


def test_a_pass_expires_to_the_second(
    signer: AdmissionPassSigner, issued: str, clock: VirtualClock
) -> None:
    clock.advance(timedelta(minutes=10) - timedelta(microseconds=1))
    before = signer.admits(issued, EVENT, VISITOR)
    clock.advance(timedelta(microseconds=1))

    assert before
    assert not signer.admits(issued, EVENT, VISITOR)


def test_every_process_makes_the_same_pass(clock: VirtualClock, issued: str) -> None:
    elsewhere = AdmissionPassSigner(Keyring({1: OLD}), clock)

    assert elsewhere.issue(EVENT, VISITOR, clock() + timedelta(minutes=10)) == issued
    assert elsewhere.admits(issued, EVENT, VISITOR)


def test_every_single_changed_letter_is_refused(signer: AdmissionPassSigner, issued: str) -> None:
    # The last letter has bits that mean nothing: they are not free either.
    for position, letter in enumerate(issued):
        for other in LETTERS:
            if other != letter:
                forged = issued[:position] + other + issued[position + 1 :]
                assert not signer.admits(forged, EVENT, VISITOR)


def test_every_other_length_and_spelling_is_refused(
    signer: AdmissionPassSigner, issued: str
) -> None:
    for length in range(len(issued)):
        assert not signer.admits(issued[:length], EVENT, VISITOR)
    for forged in (
        issued + "=",
        issued + "A",
        f" {issued}",
        f"{issued}\n",
        issued + "==",
        "é" * 95,
    ):
        assert not signer.admits(forged, EVENT, VISITOR)
    assert not signer.admits(issued.replace("-", "+").replace("_", "/") + "", OTHER_EVENT, VISITOR)


@given(st.text(max_size=120))
@settings(deadline=None)
def test_whatever_is_sent_is_answered(text: str) -> None:
    signer = AdmissionPassSigner(Keyring({1: OLD}), VirtualClock())

    assert not signer.admits(text, EVENT, text)


def test_a_pass_of_another_installation_is_refused(clock: VirtualClock, issued: str) -> None:
    assert not AdmissionPassSigner(Keyring({1: NEW}), clock).admits(issued, EVENT, VISITOR)


def test_after_a_rotation_older_passes_admit_until_their_key_is_withdrawn(
    clock: VirtualClock, issued: str
) -> None:
    rotated = AdmissionPassSigner(Keyring({1: OLD, 2: NEW}), clock)
    fresh = rotated.issue(EVENT, VISITOR, clock() + timedelta(minutes=10))
    withdrawn = AdmissionPassSigner(Keyring({2: NEW}), clock)

    assert rotated.admits(issued, EVENT, VISITOR)
    assert rotated.admits(fresh, EVENT, VISITOR)
    assert fresh != issued
    assert not withdrawn.admits(issued, EVENT, VISITOR)


def test_a_pass_signed_with_the_key_of_another_purpose_is_refused(
    signer: AdmissionPassSigner, issued: str
) -> None:
    raw = base64.urlsafe_b64decode(issued + "=" * (-len(issued) % 4))
    for purpose in ("tixmo/visitor-names/1", "tixmo/waiting-room-draw/1", "tixmo/access-tokens/1"):
        key = HKDF(SHA256(), 32, salt=None, info=purpose.encode()).derive(OLD)
        forged = raw[:-32] + hmac.digest(key, raw[:-32], "sha256")
        text = base64.urlsafe_b64encode(forged).rstrip(b"=").decode()
        assert not signer.admits(text, EVENT, VISITOR)


def test_the_derivation_is_written_down_a_second_time(issued: str) -> None:
    key = HKDF(SHA256(), 32, salt=None, info=b"tixmo/admission-passes/1").derive(OLD)
    raw = base64.urlsafe_b64decode(issued + "=" * (-len(issued) % 4))

    assert raw[0] == 1
    assert raw[6:22] == EVENT.bytes
    assert raw[22:38] == sha256(VISITOR.encode()).digest()[:16]
    assert raw[38:] == hmac.digest(key, raw[:38], "sha256")


def test_a_name_is_no_pass(signer: AdmissionPassSigner) -> None:
    names = VisitorNames(Keyring({1: OLD}))
    name = names.name(EVENT, names.new(EVENT, None), VirtualClock()())

    assert not signer.admits(name, EVENT, name)


class BoundToNobody(AdmissionPassSigner):
    def admits(self, admission_pass: str, event_id: EventId, visitor: str) -> bool:
        opened = self._seal.open(admission_pass)
        return opened is not None and opened[1][5:21] == event_id.bytes


class GoodForEver(AdmissionPassSigner):
    def issue(self, event_id: EventId, visitor: str, expires_at: object) -> str:
        return super().issue(event_id, visitor, self._clock() + timedelta(days=9999))


def test_a_pass_that_is_bound_to_nobody_is_caught(clock: VirtualClock) -> None:
    broken = BoundToNobody(Keyring({1: OLD}), clock)
    issued = broken.issue(EVENT, VISITOR, clock() + timedelta(minutes=10))

    with pytest.raises(AssertionError):
        test_a_pass_is_bound_to_its_visitor(broken, issued)


def test_a_pass_that_never_expires_is_caught(clock: VirtualClock) -> None:
    broken = GoodForEver(Keyring({1: OLD}), clock)
    issued = broken.issue(EVENT, VISITOR, clock())

    with pytest.raises(AssertionError):
        test_a_pass_expires_to_the_second(broken, issued, clock)
