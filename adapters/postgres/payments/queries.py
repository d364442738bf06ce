"""Questions about payments, answered in one statement each."""

from typing import Any

import msgspec
from sqlalchemy import Row, text

from adapters.postgres.database import Database
from adapters.postgres.visible import seen_by, sight_of, visible
from application.payments.queries import PaymentFilter, PaymentView, RefundView
from application.shared.actor import Actor, authorize, authorize_list, authorize_own
from application.shared.paging import Page, PageRequest, page_of
from domain.payments.errors import PaymentNotFound
from domain.shared.errors import NotFound
from domain.shared.ids import PaymentId
from domain.shared.money import Money
from domain.shared.permissions import Permission, PersonalScope

_OWN = PersonalScope.ORDERS_READ
_VIEW = """
    select p.*, o.event_id,
           (select coalesce(jsonb_agg(jsonb_build_object(
                'id', r.id, 'amount_minor', r.amount_minor, 'status', r.status,
                'reason', r.reason, 'requested_at', r.requested_at, 'settled_at', r.settled_at)
                order by r.requested_at, r.id), '[]')
            from refunds r
            where r.organization_id = p.organization_id and r.payment_id = p.id) as refunds
    from payments p
    left join orders o on o.organization_id = p.organization_id and o.id = p.order_id
"""
_GET = text(f"{_VIEW} where {visible('p', 'payer_id')}")


class PostgresPaymentQueries:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def get_payment(self, actor: Actor, payment_id: PaymentId) -> PaymentView:
        asking = await sight_of(self._database, actor, "payments", payment_id)
        async with self._database.read(asking) as connection:
            row = (await connection.execute(_GET, seen_by(asking, payment_id))).one_or_none()
        if row is None:
            raise PaymentNotFound
        if not actor.owns(row.payer_id, _OWN):
            try:
                authorize(
                    actor, Permission.PAYMENTS_VIEW, row.organization_id, event_id=row.event_id
                )
            except NotFound:
                raise PaymentNotFound from None
        return _view(row, actor)

    async def list_payments(
        self, actor: Actor, where: PaymentFilter, page: PageRequest
    ) -> Page[PaymentView]:
        keys: dict[str, Any] = {"limit": page.limit + 1}
        if where.organization_id is None:
            authorize_own(actor, _OWN)
            scope, conditions = actor.as_person(), ["p.payer_id = :person_id"]
            keys["person_id"] = actor.user_id
        else:
            scope = authorize_list(actor, Permission.PAYMENTS_VIEW, where.organization_id)
            conditions = ["p.organization_id = :organization_id"]
            keys["organization_id"] = where.organization_id
            if scope.limited_to:
                conditions.append("o.event_id = any(:own_events)")
                keys["own_events"] = list(scope.event_ids)
        if where.order_id is not None:
            conditions.append("p.order_id = :order_id")
            keys["order_id"] = where.order_id
        after = page.after(PaymentId)
        if after is not None:
            conditions.append("p.id < :after")
            keys["after"] = after
        statement = text(
            f"{_VIEW} where {' and '.join(conditions)} order by p.id desc limit :limit"
        )
        async with self._database.read(scope) as connection:
            rows = (await connection.execute(statement, keys)).all()
        return page_of([_view(row, actor) for row in rows], page)


def _view(row: Row[Any], actor: Actor) -> PaymentView:
    def amount(minor: int) -> str:
        return str(Money(minor, row.currency))

    is_member = actor.can(Permission.PAYMENTS_VIEW, row.organization_id, event_id=row.event_id)
    going_back = sum(r["amount_minor"] for r in row.refunds if r["status"] != "failed")
    return PaymentView(
        id=row.id,
        organization_id=row.organization_id,
        order_id=row.order_id,
        status=row.status,
        amount=amount(row.amount_minor),
        currency=row.currency,
        received_amount=amount(row.received_minor),
        refunded_amount=amount(going_back),
        provider=row.provider,
        failure_code=row.failure_code,
        review_flag=row.review_flag if is_member else None,
        refunds=[
            msgspec.convert(
                {
                    "id": refund["id"],
                    "amount": amount(refund["amount_minor"]),
                    "status": refund["status"],
                    "reason": refund["reason"],
                    "requestedAt": refund["requested_at"],
                    "settledAt": refund["settled_at"],
                },
                RefundView,
            )
            for refund in row.refunds
        ],
        created_at=row.created_at,
        updated_at=row.updated_at,
        settled_at=row.settled_at,
    )
