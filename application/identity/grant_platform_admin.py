"""The operators of the platform make somebody one of their own; no client can ask for this."""

from dataclasses import dataclass

from application.identity.ports import BeginIdentity, RememberedTokens
from application.shared.scope import person
from domain.shared.ids import UserId


@dataclass(frozen=True, slots=True)
class GrantPlatformAdmin:
    """Let the user see and do everything; support visits to them end. Raises UserNotFound."""

    begin: BeginIdentity
    remembered: RememberedTokens

    async def __call__(self, user_id: UserId) -> None:
        async with self.begin(person(user_id)) as tx:
            user = await tx.users.lock(user_id)
            user.become_platform_admin(at=tx.now)
            await tx.users.save(user)
            visits = await tx.sessions.end_visits(user_id, at=tx.now)
        self.remembered.forget_user(user_id)
        for visit_id in visits:
            self.remembered.forget_session(visit_id)
