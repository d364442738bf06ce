"""Questions about promo codes, answered in one statement each."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Row, text

from adapters.postgres.database import Database
from adapters.postgres.pricing.tables import promo_code_from_row
from adapters.postgres.visible import own_events
from application.pricing.ports import PromoCodeReach
from application.pricing.queries import PromoCodeView
from application.shared import scope as scopes
from application.shared.clock import Clock
from application.shared.paging import Page, PageRequest, page_of
from application.shared.scope import SYSTEM, Scope
from domain.pricing.amounts import plain
from domain.pricing.errors import PromoCodeNotFound
from domain.pricing.promo_code import shown_status
from domain.shared.ids import EventId, OrganizationId, PromoCodeId

_VIEW = """
    select p.*, c.capacity, c.held + c.sold as used,
           c.capacity - c.held - c.sold - c.blocked as uses_left
    from promo_codes p
    join allotment_counters c on c.organization_id = p.organization_id and c.allotment_id = p.id
    where (p.organization_id = any(:whole)
           or (p.organization_id = any(:organization_ids)
               and p.applicable_events <@ cast(:event_ids as uuid[])))
"""
_GET = text(f"{_VIEW} and p.id = :id")
_LIST = text(
    f"{_VIEW} and (cast(:after as uuid) is null or p.id < :after) order by p.id desc limit :limit"
)
_REACH = text("select organization_id, applicable_events from promo_codes where id = :id")
_OWN = text("select id from events where organization_id = :organization_id and id = any(:ids)")


class PostgresPromoCodeQueries:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def get_promo_code(self, scope: Scope, promo_code_id: PromoCodeId) -> PromoCodeView:
        keys = own_events(scope) | {"id": promo_code_id}
        async with self._database.read(scope) as connection:
            found = (await connection.execute(_GET, keys)).one_or_none()
        if found is None:
            raise PromoCodeNotFound
        return _view(found, self._clock())

    async def list_promo_codes(self, scope: Scope, page: PageRequest) -> Page[PromoCodeView]:
        keys = own_events(scope) | {"after": page.after(PromoCodeId), "limit": page.limit + 1}
        async with self._database.read(scope) as connection:
            rows = (await connection.execute(_LIST, keys)).all()
        now = self._clock()
        return page_of([_view(row, now) for row in rows], page)

    async def reach_of(self, promo_code_id: PromoCodeId) -> PromoCodeReach:
        # The owner is not known before this answer, so no organisation's scope fits.
        async with self._database.read(SYSTEM) as connection:
            found = (await connection.execute(_REACH, {"id": promo_code_id})).one_or_none()
        if found is None:
            raise PromoCodeNotFound
        return PromoCodeReach(found.organization_id, found.applicable_events)


class PostgresOwnEvents:
    """Which events are an organisation's."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def own(
        self, organization_id: OrganizationId, event_ids: Collection[EventId]
    ) -> set[EventId]:
        keys = {"organization_id": organization_id, "ids": list(event_ids)}
        async with self._database.read(scopes.organizations([organization_id])) as connection:
            return set((await connection.execute(_OWN, keys)).scalars())


def _view(row: Row[Any], now: datetime) -> PromoCodeView:
    code = promo_code_from_row(row)
    minimum, events = code.min_order_value, code.applicable_events
    return PromoCodeView(
        id=code.id,
        organization_id=code.organization_id,
        code=code.code,
        description=code.description,
        discount_type=code.discount.type,
        discount_value=plain(code.discount.value),
        max_uses=row.capacity,
        uses_count=row.used,
        valid_from=code.validity.starts,
        valid_until=code.validity.ends,
        min_order_value=None if minimum is None else plain(minimum),
        applicable_events=None if events is None else list(events),
        status=shown_status(code.status, code.validity, uses_left=row.uses_left, now=now),
        created_at=code.created_at,
        updated_at=code.updated_at,
    )
