"""A signed-in person adds a provider's account as a way into their own."""

from dataclasses import dataclass

from application.identity.letter_access import post_to
from application.identity.provider_ports import BeginProviderLogin, LoginProviders
from application.identity.provider_proof_access import ProviderReturn, proven_identity
from application.shared.account_letters import AccountLetterKind
from application.shared.actor import Actor, authorize_person
from application.shared.ids import IdFactory
from domain.identity.errors import IdentityTaken
from domain.shared.ids import LinkedIdentityId


class LinkIdentityCommand(ProviderReturn, kw_only=True):
    provider: str


@dataclass(frozen=True, slots=True)
class LinkIdentity:
    """Finish a flow that this person began with `linkTo`.

    Raises PersonRequired, LoginProviderNotFound, LoginFlowEnded, LoginProviderDown,
    ProviderRefused, ProviderNotBelieved, IdentityTaken.
    """

    begin: BeginProviderLogin
    ids: IdFactory
    providers: LoginProviders

    async def __call__(self, actor: Actor, command: LinkIdentityCommand) -> LinkedIdentityId:
        authorize_person(actor)
        proven = await proven_identity(
            self.begin, self.providers, command.provider, command, user_id=actor.user_id
        )
        link_id, letter_id = LinkedIdentityId(self.ids.new()), self.ids.new()
        async with self.begin(actor.as_person()) as tx:
            user = await tx.users.lock(actor.user_id)
            user.require_active()
            if await tx.linked_identities.find(proven.issuer, proven.subject) is not None:
                raise IdentityTaken
            await tx.linked_identities.add(proven.linked_to(user.id, link_id, at=tx.now))
            kind = AccountLetterKind.IDENTITY_LINKED
            await post_to(tx, user, kind, letter_id, proven.provider)
        return link_id
