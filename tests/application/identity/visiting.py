"""An administrator who visits, and the people that are visited."""

from dataclasses import dataclass

from adapters.memory.database import MemoryDatabase
from adapters.memory.identity_visits import MemorySupportVisitTransaction
from adapters.system.ids import SystemIds
from adapters.tokens.remembered import RememberedAccessTokens
from adapters.tokens.session_tokens import SealedSessionTokens
from application.identity.close_support_visits import CloseSupportVisits
from application.identity.end_support_visit import EndSupportVisit
from application.identity.grant_platform_admin import GrantPlatformAdmin
from application.identity.ports import SignedIn
from application.identity.start_support_visit import (
    StartedVisit,
    StartSupportVisit,
    StartSupportVisitCommand,
)
from application.shared.actor import Actor
from domain.identity.events import SupportVisitEnded, SupportVisitStarted
from domain.shared.ids import UserId
from tests.application.identity.people import Society

WHY = "She cannot find her tickets."


@dataclass
class Visiting:
    memory: MemoryDatabase
    society: Society
    tokens: RememberedAccessTokens
    signer: SealedSessionTokens
    ids: SystemIds

    def __post_init__(self) -> None:
        begin = self.memory.beginner(MemorySupportVisitTransaction)
        self.begin = begin
        self.start = StartSupportVisit(begin, self.ids, self.signer)
        self.end = EndSupportVisit(begin, self.tokens)
        self.close = CloseSupportVisits(begin)

    async def administrator(self, name: str = "admin") -> SignedIn:
        signed_in = await self.society.joins(name)
        await GrantPlatformAdmin(self.begin, self.tokens)(signed_in.user_id)
        return signed_in

    async def visits(self, admin: SignedIn, user_id: UserId, minutes: int = 15) -> StartedVisit:
        command = StartSupportVisitCommand(user_id=user_id, reason=WHY, minutes=minutes)
        return await self.start(await self.society.actor(admin), command)

    async def eyes(self, started: StartedVisit) -> Actor:
        """As every door would see the visitor now."""
        return await self.tokens.actor(started.access.token)

    def told(self) -> list[SupportVisitStarted | SupportVisitEnded]:
        kinds = (SupportVisitStarted, SupportVisitEnded)
        return [one.event for one in self.memory.events if isinstance(one.event, kinds)]
