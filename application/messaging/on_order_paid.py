"""A buyer who has paid gets a confirmation."""

from dataclasses import dataclass

import msgspec

from application.messaging.ports import (
    BeginMessaging,
    Confirmations,
    Deliveries,
    Letters,
    Mailer,
    Message,
)
from application.shared import scope
from application.shared.order_links import OrderLinks
from domain.sales.events import OrderPaid
from domain.shared.aggregate import DomainEvent
from domain.shared.ids import OrderId

SUBSCRIBER = "messaging.on_order_paid"


@dataclass(frozen=True, slots=True)
class OnOrderPaid:
    """Write the confirmation and send it, once. Raises MailDown, and is then called again.

    A guest's has the order's secret in its link, which is how a guest sees the tickets.

    The mail leaves outside any transaction, so a crash just after it may repeat it at most: with
    the same Message-ID, by which mail programs tell a repeat.
    """

    begin: BeginMessaging
    confirmations: Confirmations
    deliveries: Deliveries
    letters: Letters
    mailer: Mailer
    links: OrderLinks

    async def __call__(self, event_id: int, event: DomainEvent) -> None:
        assert isinstance(event, OrderPaid)
        if await self.deliveries.is_done(SUBSCRIBER, event_id):
            return
        order_id = OrderId(event.aggregate_id)
        confirmation = await self.confirmations.of_order(event.organization_id, order_id)
        if confirmation is not None and confirmation.is_for_guest:
            secret = self.links.secret_of(order_id)
            confirmation = msgspec.structs.replace(confirmation, secret=secret)
        if confirmation is not None:
            await self.mailer.send(
                Message(
                    id=f"order-paid.{event_id}.{order_id}",
                    to_name=confirmation.greeted,
                    to_address=confirmation.buyer_email,
                    letter=self.letters.confirm(confirmation),
                )
            )
        async with self.begin(scope.organizations([event.organization_id])) as tx:
            await tx.once(SUBSCRIBER, event_id)
