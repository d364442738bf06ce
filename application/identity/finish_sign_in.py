"""A first factor was right, whichever it was: either a session begins, or a second step does."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from application.identity.factor_ports import PasskeyCeremonies, SignInChallenges
from application.identity.open_session import OpenSession
from application.identity.ports import Client, Factors, SecondStep, SignedIn
from application.shared.ids import IdFactory
from domain.identity.challenge import LIFETIME, Challenge, Purpose
from domain.identity.session import Session
from domain.identity.user import User


class SignInEnd(NamedTuple):
    """The session to be kept, if there is one, and what is to be told."""

    session: Session | None
    answer: SignedIn | SecondStep


@dataclass(frozen=True, slots=True)
class FinishSignIn:
    """Open the session of whoever has no second factor; ask everybody else for it.

    Whoever asks has `factors` from `tx.second_factors`, and keeps user and session in the same
    transaction. A passkey that verified its owner is both factors: it needs OpenSession alone.
    Raises AccountDisabled.
    """

    open_session: OpenSession
    challenges: SignInChallenges
    ceremonies: PasskeyCeremonies
    ids: IdFactory

    def __call__(self, user: User, client: Client, factors: Factors, *, at: datetime) -> SignInEnd:
        if not factors.are_asked:
            opened = self.open_session(user, client, at=at)
            return SignInEnd(opened.session, opened.signed_in)
        user.require_active()
        challenge = Challenge.of(self.ids.new(), Purpose.SECOND_STEP, user, at=at)
        token = self.challenges.seal(challenge)
        options = None
        if factors.passkeys:
            options = self.ceremonies.request_options(token, factors.passkeys)
        step = SecondStep(
            challenge_token=token,
            factors=factors,
            passkey_options=options,
            expires_in_s=round(LIFETIME.total_seconds()),
        )
        return SignInEnd(None, step)
