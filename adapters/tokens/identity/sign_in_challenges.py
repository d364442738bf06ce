"""Challenges under a seal, as clients carry them."""

import struct
from datetime import UTC, datetime, timedelta
from uuid import UUID

from adapters.tokens.keyring import Keyring
from adapters.tokens.sealed_bytes import SealedBytes
from domain.identity.challenge import PROOF_SIZE, Challenge, Purpose
from domain.identity.errors import ChallengeOver
from domain.shared.ids import UserId

_FORM = struct.Struct(f">B16s16s{PROOF_SIZE}sq")
_NOBODY = UUID(int=0)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
# Never renumbered: challenges outlive a deployment.
_NUMBERS = {
    Purpose.SECOND_STEP: 1,
    Purpose.PASSKEY_LOG_IN: 2,
    Purpose.PASSKEY_REGISTRATION: 3,
    Purpose.PUZZLE: 4,
}
_PURPOSES = {number: purpose for purpose, number in _NUMBERS.items()}


class SealedSignInChallenges:
    """HMAC-SHA256 under the keyring: what is in them may be read, and cannot be changed."""

    def __init__(self, keyring: Keyring) -> None:
        self._sealed = SealedBytes(keyring, "sign-in-challenge", _FORM.size)

    def seal(self, challenge: Challenge) -> str:
        return self._sealed.seal(
            _FORM.pack(
                _NUMBERS[challenge.purpose],
                challenge.id.bytes,
                (challenge.user_id or _NOBODY).bytes,
                challenge.proof,
                (challenge.expires_at - _EPOCH) // _MICROSECOND,
            )
        )

    def open(self, text: str) -> Challenge:
        opened = self._sealed.open(text)
        if opened is None:
            raise ChallengeOver
        number, id, user_id, proof, expires = _FORM.unpack(opened[1])
        user = UUID(bytes=user_id)
        return Challenge(
            id=UUID(bytes=id),
            purpose=_PURPOSES[number],
            user_id=None if user == _NOBODY else UserId(user),
            proof=proof,
            expires_at=_EPOCH + expires * _MICROSECOND,
        )
