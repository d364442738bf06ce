import base64
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.shared.period import Period
from domain.shared.ticket_code import (
    HOUR_MAX,
    InvalidTicketCode,
    TicketClaims,
    closing_hour,
    from_text,
    instant_of,
    opening_hour,
    pack,
    to_text,
    unpack,
)

INT32_MAX = 2**31 - 1
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
CLAIMS = TicketClaims(
    key_id=7,
    event_short_id=0x01020304,
    code=bytes(range(12)),
    type_short_id=0x05060708,
    generation=0x090A,
    flags=0x0B0C,
    valid_from=0x0D0E0F,
    valid_until=0x101112,
)
EXAMPLE_PAYLOAD = bytes.fromhex(
    "01 07 01020304 000102030405060708090a0b 05060708 090a 0b0c 0d0e0f 101112"
)

windows = st.one_of(
    st.tuples(st.integers(0, HOUR_MAX), st.just(0)),
    st.lists(st.integers(0, HOUR_MAX), min_size=2, max_size=2, unique=True).map(sorted).map(tuple),
)
ticket_claims = st.builds(
    lambda window, **fields: TicketClaims(valid_from=window[0], valid_until=window[1], **fields),
    windows,
    key_id=st.integers(0, 255),
    event_short_id=st.integers(1, INT32_MAX),
    code=st.binary(min_size=12, max_size=12),
    type_short_id=st.integers(0, INT32_MAX),
    generation=st.integers(0, 0xFFFF),
    flags=st.integers(0, 0xFFFF),
)
sealed_bytes = st.binary(min_size=96, max_size=96)
instants = st.datetimes(timezones=st.just(UTC))


@given(ticket_claims)
def test_claims_survive_packing(claims: TicketClaims) -> None:
    payload = pack(claims)

    assert len(payload) == 32
    assert unpack(payload) == claims


def test_the_layout_never_changes() -> None:
    assert pack(CLAIMS) == EXAMPLE_PAYLOAD


@given(st.binary(min_size=31, max_size=31), st.sampled_from([b"\x00", b"\x01", b"\x02", b"\xff"]))
def test_a_payload_is_refused_or_packs_to_itself(rest: bytes, version: bytes) -> None:
    payload = version + rest

    try:
        claims = unpack(payload)
    except InvalidTicketCode:
        return

    assert version == b"\x01"
    assert pack(claims) == payload


@pytest.mark.parametrize("length", [n for n in range(100) if n != 32])
def test_a_payload_of_another_length_is_refused(length: int) -> None:
    payload = (EXAMPLE_PAYLOAD * 4)[:length]

    with pytest.raises(InvalidTicketCode):
        unpack(payload)


@pytest.mark.parametrize("version", [0, 2, 255])
def test_an_unknown_version_is_refused(version: int) -> None:
    payload = bytes([version]) + EXAMPLE_PAYLOAD[1:]

    with pytest.raises(InvalidTicketCode):
        unpack(payload)


@pytest.mark.parametrize(
    ("offset", "field"),
    [
        (2, "00000000"),  # No event has short id 0,
        (2, "80000000"),  # nor one beyond int32,
        (18, "80000000"),  # nor has a ticket type.
        (29, "0d0e0f"),  # Closes when it opens.
        (29, "000001"),  # Closes before it opens.
    ],
)
def test_a_payload_whose_field_makes_no_sense_is_refused(offset: int, field: str) -> None:
    value = bytes.fromhex(field)
    payload = EXAMPLE_PAYLOAD[:offset] + value + EXAMPLE_PAYLOAD[offset + len(value) :]

    with pytest.raises(InvalidTicketCode):
        unpack(payload)


@given(sealed_bytes)
def test_sealed_bytes_survive_the_text(sealed: bytes) -> None:
    text = to_text(sealed)

    assert len(text) == 154
    assert set(text) <= set(ALPHABET)
    assert from_text(text) == sealed


@given(sealed_bytes)
def test_case_and_surrounding_blanks_are_forgiven(sealed: bytes) -> None:
    text = to_text(sealed)

    assert from_text(f" \t{text.lower()}\r\n") == sealed


@pytest.mark.parametrize("length", [n for n in range(200) if n != 96])
def test_only_96_bytes_have_a_text(length: int) -> None:
    with pytest.raises(InvalidTicketCode):
        to_text(bytes(length))


@pytest.mark.parametrize("length", [n for n in range(320) if n != 154])
def test_a_text_of_another_length_is_refused(length: int) -> None:
    text = base64.b32encode(bytes(range(200))).decode()[:length]

    with pytest.raises(InvalidTicketCode):
        from_text(text)


@given(sealed_bytes, st.integers(1, 3))
def test_a_text_with_a_bit_set_after_its_end_is_refused(sealed: bytes, bits: int) -> None:
    text = to_text(sealed)
    last = ALPHABET[ALPHABET.index(text[-1]) | bits]

    with pytest.raises(InvalidTicketCode):
        from_text(text[:-1] + last)


@given(sealed_bytes, st.integers(0, 153), st.characters())
def test_a_foreign_character_anywhere_is_refused(sealed: bytes, place: int, other: str) -> None:
    text = to_text(sealed)
    spelt = text[:place] + other + text[place + 1 :]

    try:
        found = from_text(spelt)
    except InvalidTicketCode:
        return

    assert spelt.isascii()
    assert to_text(found) == spelt.upper()


@pytest.mark.parametrize(
    "other", ["=", "0", "1", "8", "9", "-", " ", "\n", "\x00", "\u0131", "\u017f"]
)
@pytest.mark.parametrize("place", [1, 80, 152])
def test_look_alikes_padding_and_inner_blanks_are_refused(other: str, place: int) -> None:
    text = to_text(EXAMPLE_PAYLOAD * 3)

    with pytest.raises(InvalidTicketCode):
        from_text(text[:place] + other + text[place + 1 :])


@given(instants, instants)
def test_every_period_lies_within_the_hours_made_of_it(one: datetime, other: datetime) -> None:
    starts, ends = min(one, other), max(one, other) + timedelta(microseconds=one == other)
    period = Period(starts, ends)

    claims = TicketClaims(
        event_short_id=1,
        code=bytes(12),
        type_short_id=1,
        generation=1,
        valid_from=opening_hour(period.starts),
        valid_until=closing_hour(period.ends),
    )

    opens, closes = claims.validity.starts, claims.validity.ends
    assert opens is None or opens <= starts
    assert closes is not None
    assert closes >= ends or claims.valid_until == HOUR_MAX


def test_hours_round_outwards() -> None:
    zone = timezone(timedelta(hours=5, minutes=30))
    half_past = datetime(2020, 1, 2, 7, 0, tzinfo=zone)  # 01:30 UTC, a day after the epoch.

    assert opening_hour(half_past) == 25
    assert closing_hour(half_past) == 26
    assert instant_of(25) == datetime(2020, 1, 2, 1, tzinfo=UTC)


def test_a_whole_hour_is_itself_at_both_ends() -> None:
    whole = datetime(2026, 6, 1, 18, tzinfo=UTC)

    assert instant_of(opening_hour(whole)) == instant_of(closing_hour(whole)) == whole


def test_an_open_end_stays_open_and_a_closed_one_closed() -> None:
    long_ago = datetime(1999, 1, 1, tzinfo=UTC)

    assert opening_hour(None) == closing_hour(None) == opening_hour(long_ago) == 0
    assert closing_hour(long_ago) == 1
    assert instant_of(0) is None
