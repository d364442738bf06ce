"""Signing in with a provider on memory: use cases, the real adapter, the double of a provider."""

from typing import Any

from adapters.memory.database import MemoryDatabase
from adapters.memory.identity_providers import MemoryProviderLoginTransaction
from adapters.oidc.configuration import ListedAddresses, Provider
from adapters.oidc.fetching import ProviderCalls
from adapters.oidc.providers import OidcProviders
from adapters.system.emails import read_email
from adapters.system.ids import SystemIds
from application.identity.finish_provider_login import (
    FinishProviderLogin,
    FinishProviderLoginCommand,
)
from application.identity.finish_sign_in import FinishSignIn
from application.identity.link_identity import LinkIdentity, LinkIdentityCommand
from application.identity.ports import SignedIn
from application.identity.reauthentication_access import Reauthentication
from application.identity.return_from_provider import ReturnFromProvider
from application.identity.start_provider_login import (
    StartedLogin,
    StartProviderLogin,
    StartProviderLoginCommand,
)
from application.identity.unlink_identity import UnlinkIdentity
from application.shared.actor import Actor
from application.shared.scope import PUBLIC
from domain.identity.linked_identity import LinkedIdentity
from domain.shared.ids import LinkedIdentityId, UserId
from tests.application.identity.people import PHONE, Society, in_session
from tests.conftest import VirtualClock
from tests.oidc_double import CLIENT_ID, ISSUER, SECRET, OidcDouble, Person, answer_of

SHOP = "https://shop.example/signed-in"
OTHER_ISSUER = "http://other.test"


class Passage:
    """Two providers, one of them behind the double's door."""

    def __init__(
        self,
        memory: MemoryDatabase,
        clock: VirtualClock,
        society: Society,
        ends: FinishSignIn,
        reauthenticate: Reauthentication,
    ) -> None:
        self.society = society
        self.double = OidcDouble(clock)
        self.memory = memory
        ids = SystemIds()
        listed = [
            Provider(name="corp", issuer=ISSUER, client_id=CLIENT_ID, client_secret=SECRET),
            Provider(name="other", issuer=OTHER_ISSUER, client_id=CLIENT_ID, client_secret=SECRET),
        ]
        calls = ProviderCalls(self.double.wire(), allow_http=True)
        self.providers = OidcProviders(
            listed, calls, clock, address="https://tickets.example", allow_http=True
        )
        self.begin = memory.beginner(MemoryProviderLoginTransaction)
        shops = ListedAddresses([SHOP, "com.example.shop:/in?x=1"])
        self.start = StartProviderLogin(self.begin, ids, self.providers, shops, reauthenticate)
        self.come_back = ReturnFromProvider(self.begin)
        self.finish = FinishProviderLogin(self.begin, ids, self.providers, read_email, ends)
        self.link = LinkIdentity(self.begin, ids, self.providers)
        self.unlink = UnlinkIdentity(self.begin, ids, self.providers, reauthenticate)

    async def started(self, actor: Actor | None = None) -> StartedLogin:
        command = StartProviderLoginCommand(link_to=None if actor is None else "me")
        return await self.start("corp", command, actor)

    def brought(
        self, started: StartedLogin, person: Person | None = None, **changes: Any
    ) -> dict[str, Any]:
        answer = answer_of(started.authorization_url, person)
        return answer | {"flow_token": started.flow_token} | changes

    async def signs_in(self, person: Person | None = None, **facts: Any) -> SignedIn:
        command = FinishProviderLoginCommand(**self.brought(await self.started(), person), **facts)
        return in_session(await self.finish("corp", command, PHONE))

    async def links(self, actor: Actor, person: Person | None = None) -> LinkedIdentityId:
        brought = self.brought(await self.started(actor), person)
        return await self.link(actor, LinkIdentityCommand(provider="corp", **brought))

    async def linked_to(self, user_id: UserId) -> list[LinkedIdentity]:
        async with self.begin(PUBLIC) as tx:
            return await tx.linked_identities.of_user(user_id)

    def count(self, table: str) -> int:
        return len(self.memory.table(table))
