"""A signed-in person lets an application in, or does not."""

from dataclasses import dataclass
from urllib.parse import urlencode

from msgspec import Struct, structs

from application.identity.oauth_access import checked_wish
from application.identity.oauth_ports import AuthorizationWish, BeginOAuth
from application.shared.actor import Actor, authorize_person
from application.shared.ids import IdFactory
from domain.identity.grant import Grant
from domain.shared.ids import GrantId
from domain.shared.secret_text import SecretKind, hash_of_secret, spell


class AllowApplicationCommand(AuthorizationWish, kw_only=True):
    is_granted: bool
    """Whether the person said yes."""


class SentBack(Struct, frozen=True):
    """Where the person's browser goes now; with a code in it, which is kept nowhere."""

    redirect_to: str


@dataclass(frozen=True, slots=True)
class AllowApplication:
    """Make the code, for this client, address and challenge alone.

    `iss` says who answers, so that no other server's answer is taken for ours. Raises
    PersonRequired, OAuthClientNotFound, InvalidRedirectUri, PkceRequired, StateRequired,
    InvalidOAuthScope.
    """

    begin: BeginOAuth
    ids: IdFactory
    issuer: str

    async def __call__(self, actor: Actor, command: AllowApplicationCommand) -> SentBack:
        authorize_person(actor)
        grant_id = GrantId(self.ids.new())
        code = spell(SecretKind.CODE, self.ids.number(), self.ids.secret())
        answer = {"code": code} if command.is_granted else {"error": "access_denied"}
        # A refusal too: only a client that exists is told it, at an address of its own.
        scope = structs.replace(actor.as_person(), kind="system")
        async with self.begin(scope) as tx:
            client, asked, challenge = await checked_wish(tx, command)
            if command.is_granted:
                grant = Grant.consent(
                    grant_id,
                    client.id,
                    client.organization_id,
                    actor.user_id,
                    asked,
                    code_hash=hash_of_secret(code),
                    redirect_uri=command.redirect_uri,
                    challenge=challenge,
                    at=tx.now,
                )
                await tx.grants.forget(client.id, tx.now)
                await tx.grants.add(grant)
        separator = "&" if "?" in command.redirect_uri else "?"
        told = urlencode(answer | {"state": command.state, "iss": self.issuer})
        return SentBack(f"{command.redirect_uri}{separator}{told}")
