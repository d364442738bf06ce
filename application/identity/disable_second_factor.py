"""Somebody gives up their authenticator app."""

from dataclasses import dataclass

from application.identity.account_ports import BeginAccounts
from application.identity.factor_access import is_right
from application.identity.factor_ports import AppCodes
from application.identity.letter_access import post_to
from application.shared.account_letters import AccountLetterKind
from application.shared.actor import Actor, authorize_person
from application.shared.ids import IdFactory
from application.shared.messages import Command
from domain.identity.errors import InvalidSecondFactor, SecondFactorNotNamed, SecondFactorOff


class DisableSecondFactorCommand(Command):
    """One of both."""

    code: str | None = None
    recovery_code: str | None = None


@dataclass(frozen=True, slots=True)
class DisableSecondFactor:
    """Forget the app, for a code of it or a recovery code; without passkeys, those as well.

    Raises SecondFactorNotNamed, SecondFactorOff, SecondFactorLocked, TooManyCodes,
    InvalidSecondFactor, PersonRequired.
    """

    begin: BeginAccounts
    app_codes: AppCodes
    ids: IdFactory

    async def __call__(self, actor: Actor, command: DisableSecondFactorCommand) -> None:
        authorize_person(actor)
        if (command.code is None) == (command.recovery_code is None):
            raise SecondFactorNotNamed("Send one of code and recoveryCode.")
        letter_id = self.ids.new()
        async with self.begin(actor.as_person()) as tx:
            user = await tx.users.lock(actor.user_id)
            factor = await tx.second_factors.lock(actor.user_id)
            if not factor.has_app:
                raise SecondFactorOff
            is_good = is_right(
                factor,
                self.app_codes,
                code=command.code,
                recovery_code=command.recovery_code,
                at=tx.now,
            )
            if is_good:
                factor.remove_app()
                if not (await tx.second_factors.factors_of(actor.user_id)).passkeys:
                    factor.forget_recovery()
                await post_to(tx, user, AccountLetterKind.SECOND_FACTOR_DISABLED, letter_id)
            await tx.second_factors.keep(factor)
        if not is_good:  # Refused only now: raising inside would undo that the try counts.
            raise InvalidSecondFactor
