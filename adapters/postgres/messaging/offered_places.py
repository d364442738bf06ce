"""What offers from waiting lists are about, answered by one statement."""

from typing import Any, Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import Row, text

from adapters.postgres.database import Database
from application.messaging.ports import OfferedPlace
from application.shared import scope
from application.shared.clock import Clock
from domain.shared.ids import OrganizationId, WaitingListEntryId
from domain.shared.money import Money

_OF_ENTRY = text(
    """
    select w.id, w.email, w.quantity, w.offer_expires_at,
           e.name as event_name, e.starts_at, e.timezone, e.currency,
           t.name as ticket_type_name, t.price_minor
    from waiting_list_entries w
    join events e on e.organization_id = w.organization_id and e.id = w.event_id
    join ticket_types t on t.organization_id = w.organization_id and t.id = w.ticket_type_id
    where w.organization_id = :organization_id and w.id = :id
      and w.status = 'offered' and w.offer_expires_at > :now
    """
)


class OfferSecrets(Protocol):
    # By which an offer is taken up.
    def of_offer(self, entry_id: WaitingListEntryId) -> str: ...
    # By which its owner sees a place in line, and gives it up.
    def of_entry(self, entry_id: WaitingListEntryId) -> str: ...


class PostgresOfferedPlaces:
    def __init__(self, database: Database, clock: Clock, secrets: OfferSecrets) -> None:
        self._database = database
        self._clock = clock
        self._secrets = secrets

    async def of_entry(
        self, organization_id: OrganizationId, entry_id: WaitingListEntryId
    ) -> OfferedPlace | None:
        which = {"organization_id": organization_id, "id": entry_id, "now": self._clock()}
        async with self._database.read(scope.organizations([organization_id])) as connection:
            row = (await connection.execute(_OF_ENTRY, which)).one_or_none()
        return None if row is None else self._place(row)

    def _place(self, row: Row[Any]) -> OfferedPlace:
        zone = ZoneInfo(row.timezone)
        return OfferedPlace(
            entry_id=row.id,
            email=row.email,
            event_name=row.event_name,
            starts_at=row.starts_at.astimezone(zone),
            expires_at=row.offer_expires_at.astimezone(zone),
            ticket_type_name=row.ticket_type_name,
            quantity=row.quantity,
            price=Money(row.price_minor, row.currency),
            offer=self._secrets.of_offer(row.id),
            secret=self._secrets.of_entry(row.id),
        )
