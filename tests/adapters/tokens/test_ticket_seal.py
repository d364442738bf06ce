from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.tokens.ticket_seal import TicketSeal
from domain.shared.ticket_code import InvalidTicketCode, TicketClaims, from_text, pack, to_text

OLD, NEW = b"an old master key for the tests.", b"a new master key for the tests.."
EVENT, OTHER_EVENT = 4711, 4712
ED25519_ORDER = 2**252 + 27742317777372353535851937790883648493
CLAIMS = TicketClaims(
    event_short_id=EVENT,
    code=bytes(range(12)),
    type_short_id=12,
    generation=3,
    flags=1,
    valid_from=50_000,
    valid_until=50_024,
)
SEAL = TicketSeal({1: OLD}, current=1)


def derived_key(master: bytes, key_id: int, event_short_id: int) -> Ed25519PrivateKey:
    """The derivation, written down a second time: a change would void every printed ticket."""
    info = b"tixmo/ticket/1" + bytes([key_id]) + event_short_id.to_bytes(4, "big")
    seed = HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(master)
    return Ed25519PrivateKey.from_private_bytes(seed)


def signed(payload: bytes, *, context: bytes = b"TKT1", event_short_id: int = EVENT) -> str:
    return to_text(payload + derived_key(OLD, 1, event_short_id).sign(context + payload))


def test_a_sealed_ticket_opens_to_its_claims() -> None:
    text = SEAL.seal(CLAIMS)

    assert len(text) == 154
    assert SEAL.open(text) == replace(CLAIMS, key_id=1)


@given(st.binary(min_size=12, max_size=12), st.integers(1, 2**31 - 1), st.integers(0, 0xFFFF))
@settings(deadline=None, max_examples=50)
def test_every_ticket_opens(code: bytes, event_short_id: int, generation: int) -> None:
    claims = replace(
        CLAIMS, code=code, event_short_id=event_short_id, generation=generation, key_id=1
    )

    assert SEAL.open(SEAL.seal(claims)) == claims


def test_the_same_claims_have_the_same_text_in_every_process() -> None:
    text = SEAL.seal(CLAIMS)

    assert TicketSeal({1: OLD, 2: NEW}, current=1).seal(CLAIMS) == text
    assert signed(pack(replace(CLAIMS, key_id=1))) == text


def test_every_single_flipped_bit_is_refused() -> None:
    sealed = from_text(SEAL.seal(CLAIMS))

    for bit in range(96 * 8):
        forged = bytearray(sealed)
        forged[bit // 8] ^= 1 << (bit % 8)
        with pytest.raises(InvalidTicketCode):
            SEAL.open(to_text(bytes(forged)))


def test_a_ticket_signed_with_another_events_key_is_refused() -> None:
    text = signed(pack(replace(CLAIMS, key_id=1)), event_short_id=OTHER_EVENT)

    with pytest.raises(InvalidTicketCode):
        SEAL.open(text)


def test_the_signature_of_another_ticket_is_refused() -> None:
    other = from_text(SEAL.seal(replace(CLAIMS, code=bytes(12))))
    sealed = from_text(SEAL.seal(CLAIMS))

    with pytest.raises(InvalidTicketCode):
        SEAL.open(to_text(sealed[:32] + other[32:]))


def test_a_ticket_of_another_installation_is_refused() -> None:
    text = TicketSeal({1: NEW}, current=1).seal(CLAIMS)

    with pytest.raises(InvalidTicketCode):
        SEAL.open(text)


def test_an_unknown_key_id_is_refused() -> None:
    text = TicketSeal({2: OLD}, current=2).seal(CLAIMS)

    with pytest.raises(InvalidTicketCode):
        SEAL.open(text)


@pytest.mark.parametrize("version", [0, 2])
def test_another_version_is_refused_even_when_properly_signed(version: int) -> None:
    payload = bytes([version]) + pack(replace(CLAIMS, key_id=1))[1:]

    with pytest.raises(InvalidTicketCode):
        SEAL.open(signed(payload))


@pytest.mark.parametrize("context", [b"", b"TKT0", b"TKT2"])
def test_a_signature_made_for_another_purpose_is_refused(context: bytes) -> None:
    text = signed(pack(replace(CLAIMS, key_id=1)), context=context)

    with pytest.raises(InvalidTicketCode):
        SEAL.open(text)


def test_a_second_signature_made_from_the_first_is_refused() -> None:
    sealed = from_text(SEAL.seal(CLAIMS))
    scalar = int.from_bytes(sealed[64:], "little") + ED25519_ORDER

    with pytest.raises(InvalidTicketCode):
        SEAL.open(to_text(sealed[:64] + scalar.to_bytes(32, "little")))


def test_a_truncated_ticket_is_refused_at_every_length() -> None:
    text = SEAL.seal(CLAIMS)

    for length in range(len(text)):
        with pytest.raises(InvalidTicketCode):
            SEAL.open(text[:length])


@pytest.mark.parametrize("tail", ["A", "=", "======", "AAAAAAAA", "\x00"])
def test_anything_after_the_end_is_refused(tail: str) -> None:
    text = SEAL.seal(CLAIMS)

    with pytest.raises(InvalidTicketCode):
        SEAL.open(text + tail)


def test_after_a_rotation_old_tickets_open_and_new_ones_use_the_new_key() -> None:
    before = SEAL.seal(CLAIMS)

    rotated = TicketSeal({1: OLD, 2: NEW}, current=2)
    after = rotated.seal(SEAL.open(before))

    assert rotated.open(before) == replace(CLAIMS, key_id=1)
    assert rotated.open(after) == replace(CLAIMS, key_id=2)


def test_a_withdrawn_key_opens_nothing() -> None:
    before = SEAL.seal(CLAIMS)

    with pytest.raises(InvalidTicketCode):
        TicketSeal({2: NEW}, current=2).open(before)


def test_a_scanner_can_check_a_ticket_with_the_public_key_alone() -> None:
    sealed = from_text(SEAL.seal(CLAIMS))

    key = Ed25519PublicKey.from_public_bytes(SEAL.public_key(EVENT, 1))

    key.verify(sealed[32:], b"TKT1" + sealed[:32])


def test_each_event_and_key_id_has_its_own_key() -> None:
    seal = TicketSeal({1: OLD, 2: OLD}, current=1)

    keys = {seal.public_key(event, key_id) for event in (EVENT, OTHER_EVENT) for key_id in (1, 2)}

    assert len(keys) == 4


def test_there_is_no_public_key_under_an_unknown_key_id() -> None:
    with pytest.raises(InvalidTicketCode):
        SEAL.public_key(EVENT, 9)


@pytest.mark.parametrize(
    ("masters", "current"),
    [({}, 1), ({1: OLD}, 2), ({1: OLD[:31]}, 1), ({256: OLD}, 256), ({-1: OLD}, -1)],
)
def test_bad_master_keys_stop_the_start(masters: dict[int, bytes], current: int) -> None:
    with pytest.raises(ValueError, match="ticket key"):
        TicketSeal(masters, current)
