"""WebAuthn by py_webauthn: options for browsers, and whether their answers are signed for us."""

import json
import struct
from collections.abc import Sequence
from typing import Any

import webauthn
from cryptography.exceptions import UnsupportedAlgorithm
from webauthn.helpers import (
    base64url_to_bytes,
    decode_credential_public_key,
    decoded_public_key_to_cryptography,
    options_to_json_dict,
    parse_authentication_credential_json,
    parse_client_data_json,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from application.identity.factor_ports import (
    CreatedPasskey,
    NewCredential,
    Signature,
    SignedPasskey,
)
from application.identity.ports import KnownPasskey
from domain.identity.errors import InvalidPasskey, PasskeyUnusable
from domain.shared.ids import UserId

SITE_NAME = "Tixmo"
PATIENCE_MS = 5 * 60 * 1000
"""For so long the browser waits for the device; the challenge ends then too."""
CREDENTIAL_ID_LONGEST = 1023
_TRANSPORTS = {transport.value for transport in AuthenticatorTransport}

# What the library and its parsers raise for bytes that are no credential.
_STRANGE = (
    WebAuthnException,
    UnsupportedAlgorithm,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    struct.error,
    RecursionError,
)


class WebauthnCeremonies:
    """For one site: `rp_id` is its domain, `origins` the addresses its pages may have."""

    def __init__(self, rp_id: str, origins: Sequence[str]) -> None:
        self._rp_id = rp_id
        self._origins = list(origins)

    def creation_options(
        self, user_id: UserId, account: str, name: str, challenge: str, known: Sequence[bytes]
    ) -> dict[str, Any]:
        options = webauthn.generate_registration_options(
            rp_id=self._rp_id,
            rp_name=SITE_NAME,
            user_id=user_id.bytes,
            user_name=account,
            user_display_name=name,
            challenge=challenge.encode(),
            timeout=PATIENCE_MS,
            # A passkey signs in by itself: the device keeps it, and knows its owner.
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=[PublicKeyCredentialDescriptor(id=one) for one in known],
        )
        return options_to_json_dict(options)

    def request_options(
        self, challenge: str, allowed: Sequence[KnownPasskey] | None
    ) -> dict[str, Any]:
        wanted = UserVerificationRequirement.PREFERRED
        options = webauthn.generate_authentication_options(
            rp_id=self._rp_id,
            challenge=challenge.encode(),
            timeout=PATIENCE_MS,
            allow_credentials=[_descriptor(one) for one in allowed or ()],
            user_verification=wanted if allowed else UserVerificationRequirement.REQUIRED,
        )
        return options_to_json_dict(options)

    def challenge_in(self, answer: CreatedPasskey | SignedPasskey) -> str:
        try:
            said = base64url_to_bytes(answer.response.client_data_json)
            return parse_client_data_json(said).challenge.decode("ascii")
        except _STRANGE:
            return ""

    def credential_id_in(self, answer: SignedPasskey) -> bytes:
        try:
            return base64url_to_bytes(answer.raw_id)
        except _STRANGE as error:
            raise InvalidPasskey from error

    def created(self, answer: CreatedPasskey, challenge: str) -> NewCredential:
        response = {
            "clientDataJSON": answer.response.client_data_json,
            "attestationObject": answer.response.attestation_object,
        }
        try:
            _refuse_frames(answer.response.client_data_json)
            made = webauthn.verify_registration_response(
                credential=_as_json(answer, response),
                expected_challenge=challenge.encode(),
                expected_rp_id=self._rp_id,
                expected_origin=self._origins,
                require_user_verification=True,
            )
            # Nothing was signed yet, so a key that no signature would ever fit is found only here.
            decoded_public_key_to_cryptography(
                decode_credential_public_key(made.credential_public_key)
            )
        except _STRANGE as error:
            raise PasskeyUnusable from error
        is_named = base64url_to_bytes(answer.raw_id) == made.credential_id
        if not is_named or len(made.credential_id) > CREDENTIAL_ID_LONGEST:
            raise PasskeyUnusable
        return NewCredential(
            credential_id=made.credential_id,
            public_key=made.credential_public_key,
            sign_count=made.sign_count,
            transports=tuple(sorted(_TRANSPORTS.intersection(answer.response.transports))),
        )

    def signed(
        self, answer: SignedPasskey, challenge: str, public_key: bytes, *, is_verified: bool
    ) -> Signature:
        response = {
            "clientDataJSON": answer.response.client_data_json,
            "authenticatorData": answer.response.authenticator_data,
            "signature": answer.response.signature,
            "userHandle": answer.response.user_handle,
        }
        try:
            _refuse_frames(answer.response.client_data_json)
            credential = parse_authentication_credential_json(_as_json(answer, response))
            signed = webauthn.verify_authentication_response(
                credential=credential,
                expected_challenge=challenge.encode(),
                expected_rp_id=self._rp_id,
                expected_origin=self._origins,
                credential_public_key=public_key,
                credential_current_sign_count=0,  # The domain minds the count, and says more of it.
                require_user_verification=is_verified,
            )
        except _STRANGE as error:
            raise InvalidPasskey from error
        return Signature(
            user_handle=credential.response.user_handle, sign_count=signed.new_sign_count
        )


def _as_json(answer: CreatedPasskey | SignedPasskey, response: dict[str, Any]) -> dict[str, Any]:
    return {"id": answer.id, "rawId": answer.raw_id, "type": answer.type, "response": response}


def _refuse_frames(client_data_json: str) -> None:
    """Our page inside somebody else's asks nobody for a passkey. Raises ValueError.

    The library checks the origin of the page itself alone, which is ours in a frame, too
    (WebAuthn level 3, 7.1 and 7.2: crossOrigin and topOrigin).
    """
    said = json.loads(base64url_to_bytes(client_data_json))
    if said.get("crossOrigin", False) is not False or "topOrigin" in said:
        raise ValueError("The page was in a frame of another origin.")


def _descriptor(passkey: KnownPasskey) -> PublicKeyCredentialDescriptor:
    transports = [AuthenticatorTransport(one) for one in passkey.transports if one in _TRANSPORTS]
    return PublicKeyCredentialDescriptor(id=passkey.credential_id, transports=transports or None)
