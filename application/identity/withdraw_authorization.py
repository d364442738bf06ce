"""A person takes back what they let an application do."""

from dataclasses import dataclass

from application.identity.oauth_ports import BeginOAuth, RememberedGrants
from application.shared.actor import Actor, authorize_person
from domain.shared.ids import GrantId


@dataclass(frozen=True, slots=True)
class WithdrawAuthorization:
    """End it with all its tokens, at once. Raises PersonRequired, AuthorizationNotFound."""

    begin: BeginOAuth
    remembered: RememberedGrants

    async def __call__(self, actor: Actor, grant_id: GrantId) -> None:
        authorize_person(actor)
        async with self.begin(actor.as_person()) as tx:
            grant = await tx.grants.lock_own(actor.user_id, grant_id)
            grant.end(at=tx.now)
            await tx.grants.save(grant)
        self.remembered.forget_grant(grant_id)
