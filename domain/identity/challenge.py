"""What is asked of somebody who is half signed in, or who shows a passkey: once, and soon."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self
from uuid import UUID

from domain.identity.errors import ChallengeOver
from domain.identity.user import User
from domain.shared.ids import UserId
from domain.shared.words import Word

LIFETIME = timedelta(minutes=5)
PROOF_SIZE = 16
NOBODY = bytes(PROOF_SIZE)


class Purpose(Word):
    """What an answer to the challenge does."""

    SECOND_STEP = "second_step"
    """Signs in whoever proved their first factor."""
    PASSKEY_LOG_IN = "passkey_log_in"
    PASSKEY_REGISTRATION = "passkey_registration"
    PUZZLE = "puzzle"
    """Lets somebody try the password of an account, while many accounts are tried."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge:
    """For one purpose and, unless anybody may answer, for one user as they were when it was made.

    It says so itself under a seal; only its end is written down.
    """

    id: UUID
    purpose: Purpose
    user_id: UserId | None
    proof: bytes
    """Of the first factor as it stood: with another password than then, it is over. Of a puzzle,
    the account that may be tried.
    """
    expires_at: datetime

    @classmethod
    def of(cls, id: UUID, purpose: Purpose, user: User, *, at: datetime) -> Self:
        return cls(
            id=id,
            purpose=purpose,
            user_id=user.id,
            proof=proof_of(user),
            expires_at=at + LIFETIME,
        )

    @classmethod
    def of_anybody(cls, id: UUID, purpose: Purpose, *, at: datetime) -> Self:
        return cls(id=id, purpose=purpose, user_id=None, proof=NOBODY, expires_at=at + LIFETIME)

    @classmethod
    def of_puzzle(cls, id: UUID, account: str, *, at: datetime) -> Self:
        """For an account as it was called, whether there is one or not."""
        return cls(
            id=id,
            purpose=Purpose.PUZZLE,
            user_id=None,
            proof=_proof(account),
            expires_at=at + LIFETIME,
        )

    def is_puzzle_of(self, account: str, *, at: datetime) -> bool:
        """Whether it is for trying this account, and still open."""
        is_puzzle = self.purpose is Purpose.PUZZLE and self.proof == _proof(account)
        return is_puzzle and at < self.expires_at

    def require(self, purpose: Purpose, user: User | None, *, at: datetime) -> None:
        """Raises ChallengeOver unless it is for this, for them and still open."""
        if self.purpose is not purpose or at >= self.expires_at:
            raise ChallengeOver
        asked = (None, NOBODY) if user is None else (user.id, proof_of(user))
        if (self.user_id, self.proof) != asked:
            raise ChallengeOver


def proof_of(user: User) -> bytes:
    """Tells one first factor from the next; the password cannot be found from it."""
    return _proof(user.password_hash or "")


def _proof(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()[:PROOF_SIZE]
