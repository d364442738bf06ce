"""Somebody asks for everything that we hold on them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from application.identity.account_ports import Belongings
from application.identity.queries import RecordQueries
from application.identity.record_ports import AccountRecords
from application.shared.actor import Actor, authorize_person
from application.shared.clock import Clock
from application.shared.messages import View


class PersonalData(View):
    """All of it, for programs; what organisers keep of their own accord is theirs to tell."""

    exported_at: datetime
    account: AccountRecords
    orders: list[Any]
    """As `GET /orders` shows them."""
    tickets: list[Any]
    """As `GET /tickets` shows them."""
    payments: list[Any]
    """As `GET /payments` shows them."""
    carts: list[Any]
    """What was laid into them, also those that ran out."""
    waiting_list_entries: list[Any]
    """As `GET /waiting-list` shows them."""


@dataclass(frozen=True, slots=True)
class ExportMe:
    """Gather it from every context that knows the person. Raises PersonRequired."""

    records: RecordQueries
    belongings: Belongings
    clock: Clock

    async def __call__(self, actor: Actor) -> PersonalData:
        authorize_person(actor)
        return PersonalData(
            exported_at=self.clock(),
            account=await self.records.get_records(actor.as_person()),
            orders=await self.belongings.orders(actor),
            tickets=await self.belongings.tickets(actor),
            payments=await self.belongings.payments(actor),
            carts=await self.belongings.carts(actor),
            waiting_list_entries=await self.belongings.waiting_list_entries(actor),
        )
