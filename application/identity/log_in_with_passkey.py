"""Somebody comes back with a passkey alone."""

from dataclasses import dataclass

from application.identity.factor_ports import (
    BeginFactors,
    PasskeyCeremonies,
    SignedPasskey,
    SignInChallenges,
)
from application.identity.open_session import OpenSession
from application.identity.ports import Client, SignedIn
from application.identity.session_access import keep_session
from application.shared.messages import Command
from application.shared.scope import PUBLIC, person
from domain.identity.challenge import Purpose
from domain.identity.errors import InvalidPasskey, PasskeySuspected


class LogInWithPasskeyCommand(Command):
    """What the browser gave."""

    credential: SignedPasskey


@dataclass(frozen=True, slots=True)
class LogInWithPasskey:
    """Begin a session for whose device signed the challenge and verified its owner.

    What one has and what one knows or is: both factors, so no second step follows. Raises
    ChallengeOver, InvalidPasskey, PasskeySuspected, AccountDisabled.
    """

    begin: BeginFactors
    challenges: SignInChallenges
    ceremonies: PasskeyCeremonies
    open_session: OpenSession

    async def __call__(self, command: LogInWithPasskeyCommand, client: Client) -> SignedIn:
        answer = command.credential
        asked = self.ceremonies.challenge_in(answer)
        challenge = self.challenges.open(asked)
        credential_id = self.ceremonies.credential_id_in(answer)
        async with self.begin(PUBLIC) as tx:  # Nobody is known yet.
            user_id = await tx.passkeys.owner_of(credential_id)
        opened = None
        async with self.begin(person(user_id)) as tx:
            user = await tx.users.lock(user_id)
            challenge.require(Purpose.PASSKEY_LOG_IN, None, at=tx.now)
            passkey = await tx.passkeys.lock_by_credential(user_id, credential_id)
            signature = self.ceremonies.signed(answer, asked, passkey.public_key, is_verified=True)
            if signature.user_handle != user_id.bytes:
                raise InvalidPasskey
            passkey.require_trusted()
            user.require_active()
            await tx.spent_challenges.spend(challenge)
            if passkey.use(signature.sign_count, at=tx.now):
                opened = self.open_session(user, client, at=tx.now)
                await tx.users.save(user)
                await keep_session(tx, opened.session)
            await tx.passkeys.save(passkey)
        if opened is None:  # Refused only now: raising inside would undo the suspicion.
            raise PasskeySuspected
        return opened.signed_in
