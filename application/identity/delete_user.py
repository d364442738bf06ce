"""The platform closes somebody's account."""

from dataclasses import dataclass

from application.identity.account_ports import BeginAccounts
from application.identity.closing_access import close_account, closing_scope
from application.identity.platform_access import require_platform_admin
from application.identity.ports import RememberedTokens
from application.shared.actor import Actor
from application.shared.ids import IdFactory
from application.shared.scope import person
from domain.shared.ids import UserId


@dataclass(frozen=True, slots=True)
class DeleteUser:
    """As if they had done it themselves.

    Raises UserNotFound, PlatformAdminsOnly, PersonRequired, LastOwner, LastPlatformAdmin.
    """

    begin: BeginAccounts
    ids: IdFactory
    remembered: RememberedTokens

    async def __call__(self, actor: Actor, user_id: UserId) -> None:
        require_platform_admin(actor, user_id)
        letter_id = self.ids.new()
        async with self.begin(person(user_id, session_id=actor.session_id)) as tx:
            (await tx.users.get(user_id)).require_open()
            teams = await tx.teams.of(user_id)
        scope = await closing_scope(self.begin, actor, user_id, teams)
        async with self.begin(scope) as tx:
            visits = await close_account(tx, user_id, letter_id)
        self.remembered.forget_user(user_id)
        for visit_id in visits:
            self.remembered.forget_session(visit_id)
