"""Somebody whose first factor was right takes the second step."""

from dataclasses import dataclass

from application.identity.factor_access import is_right
from application.identity.factor_ports import (
    AppCodes,
    BeginFactors,
    FactorTransaction,
    PasskeyCeremonies,
    SignedPasskey,
    SignInChallenges,
)
from application.identity.open_session import OpenSession
from application.identity.ports import Client, SignedIn
from application.identity.session_access import keep_session
from application.shared.messages import Command
from application.shared.scope import person
from domain.identity.challenge import Challenge, Purpose
from domain.identity.errors import (
    ChallengeOver,
    InvalidPasskey,
    InvalidSecondFactor,
    PasskeySuspected,
    SecondFactorNotNamed,
)
from domain.shared.ids import UserId


class VerifySecondFactorCommand(Command):
    """The challenge and one answer to it."""

    challenge_token: str
    code: str | None = None
    recovery_code: str | None = None
    passkey: SignedPasskey | None = None


@dataclass(frozen=True, slots=True)
class VerifySecondFactor:
    """Check the answer, spend the challenge and begin the session.

    Raises SecondFactorNotNamed, ChallengeOver, InvalidSecondFactor, SecondFactorOff, -Locked,
    TooManyCodes, InvalidPasskey, PasskeySuspected, AccountDisabled.
    """

    begin: BeginFactors
    challenges: SignInChallenges
    app_codes: AppCodes
    ceremonies: PasskeyCeremonies
    open_session: OpenSession

    async def __call__(self, command: VerifySecondFactorCommand, client: Client) -> SignedIn:
        answers = (command.code, command.recovery_code, command.passkey)
        if sum(answer is not None for answer in answers) != 1:
            raise SecondFactorNotNamed
        challenge = self.challenges.open(command.challenge_token)
        if challenge.user_id is None:
            raise ChallengeOver
        opened = None
        async with self.begin(person(challenge.user_id)) as tx:
            user = await tx.users.lock(challenge.user_id)
            challenge.require(Purpose.SECOND_STEP, user, at=tx.now)
            user.require_active()
            if command.passkey is None:
                is_good = await self._tries_code(tx, user.id, challenge, command)
            else:
                is_good = await self._tries_passkey(tx, user.id, challenge, command.passkey)
            if is_good:
                opened = self.open_session(user, client, at=tx.now)
                await tx.users.save(user)
                await keep_session(tx, opened.session)
        if opened is None:  # Refused only now: raising inside would undo that the try counts.
            raise InvalidSecondFactor if command.passkey is None else PasskeySuspected
        return opened.signed_in

    async def _tries_code(
        self,
        tx: FactorTransaction,
        user_id: UserId,
        challenge: Challenge,
        command: VerifySecondFactorCommand,
    ) -> bool:
        """A wrong one leaves the challenge open for the next."""
        factor = await tx.second_factors.lock(user_id)
        is_good = is_right(
            factor,
            self.app_codes,
            code=command.code,
            recovery_code=command.recovery_code,
            at=tx.now,
        )
        await tx.second_factors.keep(factor)
        if is_good:
            await tx.spent_challenges.spend(challenge)
        return is_good

    async def _tries_passkey(
        self, tx: FactorTransaction, user_id: UserId, challenge: Challenge, answer: SignedPasskey
    ) -> bool:
        """Signatures cannot be guessed, so wrong ones are not counted. False is a suspicion."""
        credential_id = self.ceremonies.credential_id_in(answer)
        passkey = await tx.passkeys.lock_by_credential(user_id, credential_id)
        passkey.require_trusted()
        asked = self.ceremonies.challenge_in(answer)
        if self.challenges.open(asked) != challenge:
            raise InvalidPasskey
        signature = self.ceremonies.signed(answer, asked, passkey.public_key, is_verified=False)
        if signature.user_handle not in (None, user_id.bytes):
            raise InvalidPasskey
        await tx.spent_challenges.spend(challenge)  # First, or a repeat would look like a copy.
        is_trusted = passkey.use(signature.sign_count, at=tx.now)
        await tx.passkeys.save(passkey)
        return is_trusted
