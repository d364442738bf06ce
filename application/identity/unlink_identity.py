"""A signed-in person removes a provider's account as a way into their own."""

from dataclasses import dataclass

from application.identity.letter_access import post_to
from application.identity.provider_ports import BeginProviderLogin, LoginProviders
from application.identity.reauthentication_access import Reauthentication
from application.identity.ways_in_access import require_way_in
from application.shared.account_letters import AccountLetterKind
from application.shared.actor import Actor
from application.shared.ids import IdFactory
from domain.identity.errors import IdentityNotFound
from domain.shared.ids import LinkedIdentityId


@dataclass(frozen=True, slots=True)
class UnlinkIdentity:
    """Take the way away, unless it is the last one. The sessions that began with it go on.

    Within ten minutes of signing in, so that nobody with a session of theirs locks them out.
    Raises PersonRequired, FreshSignInNeeded, IdentityNotFound, LastWayIn.
    """

    begin: BeginProviderLogin
    ids: IdFactory
    providers: LoginProviders
    reauthenticate: Reauthentication

    async def __call__(self, actor: Actor, identity_id: LinkedIdentityId) -> None:
        await self.reauthenticate(actor, None)
        letter_id = self.ids.new()
        async with self.begin(actor.as_person()) as tx:
            user = await tx.users.lock(actor.user_id)  # One change of the ways in at a time.
            linked = await tx.linked_identities.of_user(user.id)
            leaving = next((one for one in linked if one.id == identity_id), None)
            if leaving is None:
                raise IdentityNotFound
            await tx.linked_identities.remove(leaving)
            await require_way_in(tx, user, self.providers.issuers())
            kind = AccountLetterKind.IDENTITY_UNLINKED
            await post_to(tx, user, kind, letter_id, leaving.provider)
