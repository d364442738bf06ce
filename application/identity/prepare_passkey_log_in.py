"""Somebody wants to sign in with a passkey, and has not said who they are."""

from dataclasses import dataclass
from typing import Any

from application.identity.factor_ports import PasskeyCeremonies, SignInChallenges
from application.shared.clock import Clock
from application.shared.ids import IdFactory
from domain.identity.challenge import Challenge, Purpose


@dataclass(frozen=True, slots=True)
class PreparePasskeyLogIn:
    """Make what `navigator.credentials.get` takes; its challenge stands for 5 minutes.

    Nothing is written down, so strangers may ask as often as they like.
    """

    challenges: SignInChallenges
    ceremonies: PasskeyCeremonies
    ids: IdFactory
    clock: Clock

    async def __call__(self) -> dict[str, Any]:
        challenge = Challenge.of_anybody(self.ids.new(), Purpose.PASSKEY_LOG_IN, at=self.clock())
        return self.ceremonies.request_options(self.challenges.seal(challenge), None)
