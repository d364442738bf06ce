"""Somebody shows the first code of a new authenticator app."""

from dataclasses import dataclass

from application.identity.account_ports import BeginAccounts
from application.identity.factor_ports import AppCodes
from application.identity.letter_access import post_to
from application.shared.account_letters import AccountLetterKind
from application.shared.actor import Actor, authorize_person
from application.shared.ids import IdFactory
from domain.identity.errors import InvalidSecondFactor
from domain.identity.second_factor import RECOVERY_CODES


def new_recovery_codes(ids: IdFactory) -> tuple[str, ...]:
    """Ten codes of 100 random bits, in groups that can be copied by hand."""
    return tuple(_grouped(ids.number() + ids.number()) for _ in range(RECOVERY_CODES))


def _grouped(signs: str) -> str:
    return "-".join(signs[start : start + 5] for start in range(0, len(signs), 5))


@dataclass(frozen=True, slots=True)
class ConfirmSecondFactor:
    """Turn the app on and tell new recovery codes, this once.

    Raises EnrolmentOver, TooManyCodes, InvalidSecondFactor, PersonRequired.
    """

    begin: BeginAccounts
    app_codes: AppCodes
    ids: IdFactory

    async def __call__(self, actor: Actor, code: str) -> tuple[str, ...]:
        authorize_person(actor)
        recovery_codes, letter_id = new_recovery_codes(self.ids), self.ids.new()
        async with self.begin(actor.as_person()) as tx:
            user = await tx.users.lock(actor.user_id)
            factor = await tx.second_factors.lock(actor.user_id)
            seed = factor.seed_to_confirm(at=tx.now)
            step = self.app_codes.step_of(actor.user_id, seed, code, tx.now)
            is_right = factor.confirm(step, at=tx.now)
            if is_right:
                factor.give_recovery(recovery_codes)
                await post_to(tx, user, AccountLetterKind.SECOND_FACTOR_ENABLED, letter_id)
            await tx.second_factors.keep(factor)
        if not is_right:  # Refused only now: raising inside would undo that the try counts.
            raise InvalidSecondFactor
        return recovery_codes
