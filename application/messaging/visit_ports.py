"""What letters about support visits ask of the world."""

from datetime import datetime
from typing import Protocol

from msgspec import Struct

from application.messaging.ports import Letter
from domain.shared.ids import SessionId


class VisitNotice(Struct, frozen=True, kw_only=True):
    """What somebody is told about a visit to them."""

    visit_id: SessionId
    greeted: str
    """Their name; nothing if nobody has shown that the address is theirs."""
    email: str
    reason: str
    started_at: datetime
    ends_at: datetime


class VisitNotices(Protocol):
    async def of(self, visit_id: SessionId) -> VisitNotice | None: ...  # None if there was none.


class VisitLetters(Protocol):
    # Words for the facts; names and reasons are escaped where they have to be.
    def tell_of_visit(self, visit: VisitNotice) -> Letter: ...
