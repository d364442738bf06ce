"""Support lets somebody in again who lost phone, passkeys and recovery codes."""

from dataclasses import dataclass

from application.identity.factor_ports import BeginFactors
from application.identity.letter_access import post_to
from application.identity.platform_access import require_platform_admin
from application.shared.account_letters import AccountLetterKind
from application.shared.actor import Actor
from application.shared.ids import IdFactory
from domain.shared.ids import UserId


@dataclass(frozen=True, slots=True)
class ResetSecondFactor:
    """Forget app, passkeys and recovery codes; the password alone signs in until they are set up.

    For the platform's administrators, who have made sure who asks; whoever has no password sets
    one by mail. Raises UserNotFound, PlatformAdminsOnly, PersonRequired.
    """

    begin: BeginFactors
    ids: IdFactory

    async def __call__(self, actor: Actor, user_id: UserId) -> None:
        require_platform_admin(actor, user_id)
        letter_id = self.ids.new()
        async with self.begin(actor.as_person()) as tx:
            user = await tx.users.lock(user_id)
            user.require_open()
            factor = await tx.second_factors.lock(user_id)
            factor.reset()
            await tx.second_factors.keep(factor)
            await tx.passkeys.remove_all(user_id)
            await post_to(tx, user, AccountLetterKind.SECOND_FACTOR_RESET, letter_id)
