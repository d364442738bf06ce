"""A signed-in person removes a provider's account as a way into their own."""

from dataclasses import dataclass

from application.identity.provider_ports import BeginProviderLogin, LoginProviders
from application.shared.actor import Actor, authorize_person
from domain.identity.linked_identity import unlink
from domain.shared.ids import LinkedIdentityId


@dataclass(frozen=True, slots=True)
class UnlinkIdentity:
    """Take the way away, unless it is the last one. The sessions that began with it go on.

    Raises PersonRequired, IdentityNotFound, LastWayIn.
    """

    begin: BeginProviderLogin
    providers: LoginProviders

    async def __call__(self, actor: Actor, identity_id: LinkedIdentityId) -> None:
        authorize_person(actor)
        async with self.begin(actor.as_person()) as tx:
            user = await tx.users.lock(actor.user_id)  # One change of the ways in at a time.
            leaving = unlink(
                await tx.linked_identities.of_user(user.id),
                identity_id,
                user=user,
                issuers=self.providers.issuers(),
            )
            await tx.linked_identities.remove(leaving)
