"""WebAuthn, with a device in software: nothing strange gets through, and nothing breaks."""

from uuid import UUID

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.webauthn.ceremonies import WebauthnCeremonies
from application.identity.factor_ports import CreatedPasskey, SignedPasskey
from application.identity.ports import KnownPasskey
from domain.identity.errors import InvalidPasskey, PasskeyUnusable
from domain.shared.ids import UserId
from tests.authenticator import ORIGIN, RP_ID, Json, SoftAuthenticator, bytes_of, text_of

ADA = UserId(UUID(int=1))
CEREMONIES = WebauthnCeremonies(RP_ID, [ORIGIN, "https://tickets.example"])


def creation(challenge: str = "challenge") -> Json:
    return CEREMONIES.creation_options(ADA, "ada@example.com", "Ada Byron", challenge, [])


def created(answer: Json) -> CreatedPasskey:
    return msgspec.convert(answer, CreatedPasskey)


def signed(answer: Json) -> SignedPasskey:
    return msgspec.convert(answer, SignedPasskey)


def test_a_key_that_was_made_signs() -> None:
    device = SoftAuthenticator()
    made = CEREMONIES.created(created(device.create(creation())), "challenge")

    answer = signed(device.get(CEREMONIES.request_options("another", None)))

    assert CEREMONIES.challenge_in(answer) == "another"
    assert CEREMONIES.credential_id_in(answer) == made.credential_id
    signature = CEREMONIES.signed(answer, "another", made.public_key, is_verified=True)
    assert (signature.user_handle, signature.sign_count) == (ADA.bytes, 1)
    assert made.transports == ("internal",)


def test_each_of_our_pages_may_ask() -> None:
    device = SoftAuthenticator(origin="https://tickets.example")

    made = CEREMONIES.created(created(device.create(creation())), "challenge")

    assert made.credential_id == device.credentials[0].id


@pytest.mark.parametrize(
    "framed",
    [
        {"crossOrigin": True},
        {"crossOrigin": "false"},
        {"crossOrigin": False, "topOrigin": "https://evil.example"},
        {"topOrigin": ORIGIN},
    ],
)
def test_a_page_in_somebody_elses_frame_is_refused(framed: Json) -> None:
    device = SoftAuthenticator()
    public_key = CEREMONIES.created(created(device.create(creation())), "challenge").public_key
    device.framed = framed

    answer = signed(device.get(CEREMONIES.request_options("challenge", None)))
    with pytest.raises(InvalidPasskey):
        CEREMONIES.signed(answer, "challenge", public_key, is_verified=True)
    with pytest.raises(PasskeyUnusable):
        CEREMONIES.created(created(device.create(creation())), "challenge")


def test_a_browser_that_says_nothing_of_frames_may_ask() -> None:
    device = SoftAuthenticator(framed={})

    made = CEREMONIES.created(created(device.create(creation())), "challenge")

    assert made.credential_id == device.credentials[0].id


def test_another_name_than_the_one_that_was_signed_is_refused() -> None:
    answer = SoftAuthenticator().create(creation())
    name = text_of(b"another's")

    with pytest.raises(PasskeyUnusable):
        CEREMONIES.created(created(answer | {"id": name, "rawId": name}), "challenge")


def test_a_key_that_no_signature_fits_is_refused() -> None:
    answer = SoftAuthenticator().create(creation())
    raw = bytes_of(answer["response"]["attestationObject"])
    response = answer["response"] | {"attestationObject": text_of(raw[:-9] + b"\xff" * 9)}

    with pytest.raises(PasskeyUnusable):
        CEREMONIES.created(created(answer | {"response": response}), "challenge")


def test_the_options_name_the_passkeys_that_are_allowed() -> None:
    options = CEREMONIES.request_options("x", [KnownPasskey(b"one", ("usb", "unheard-of"))])

    assert options["allowCredentials"] == [
        {"id": text_of(b"one"), "type": "public-key", "transports": ["usb"]}
    ]
    assert options["userVerification"] == "preferred"


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=200, deadline=None)
@given(st.data())
def test_no_bytes_break_it(data: st.DataObject) -> None:
    """Cut, flipped and invented: refused by name, whatever the parsers below say."""
    device = SoftAuthenticator()
    answer = device.create(creation())
    public_key = CEREMONIES.created(created(answer), "challenge").public_key
    request = device.get(CEREMONIES.request_options("challenge", None))
    member = data.draw(st.sampled_from(["clientDataJSON", "attestationObject"]))
    response = answer["response"] | {member: _spoilt(data, answer["response"][member])}
    with pytest.raises(PasskeyUnusable):
        CEREMONIES.created(created(answer | {"response": response}), "challenge")

    member = data.draw(st.sampled_from(["clientDataJSON", "authenticatorData", "signature"]))
    response = request["response"] | {member: _spoilt(data, request["response"][member])}
    with pytest.raises(InvalidPasskey):
        CEREMONIES.signed(
            signed(request | {"response": response}), "challenge", public_key, is_verified=True
        )


def _spoilt(data: st.DataObject, text: str) -> str:
    raw = bytes_of(text)
    if data.draw(st.booleans()):
        return data.draw(st.text(max_size=60))
    cut = data.draw(st.integers(0, 999)) * len(raw) // 1000
    return text_of(raw[:cut] + data.draw(st.sampled_from([b"", b"\x00", b"{", b"\xff" * 9])))
