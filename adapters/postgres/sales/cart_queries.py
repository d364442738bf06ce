"""A person's carts, for the person."""

from sqlalchemy import bindparam, select

from adapters.postgres.database import Database
from adapters.postgres.sales.tables import cart_from_row, carts
from application.sales.queries import CartRecordItem, CartRecordView
from application.shared.actor import Actor

_MINE = select(carts).where(carts.c.owner_id == bindparam("owner_id")).order_by(carts.c.id.desc())


class PostgresCartQueries:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def list_my_carts(self, actor: Actor) -> list[CartRecordView]:
        async with self._database.read(actor.as_person()) as connection:
            rows = await connection.execute(_MINE, {"owner_id": actor.user_id})
            mine = [cart_from_row(row) for row in rows]
        return [
            CartRecordView(
                id=cart.id,
                organization_id=cart.organization_id,
                event_id=cart.event_id,
                status=cart.status,
                items=[
                    CartRecordItem(
                        name=item.name, quantity=item.quantity, unit_price=str(item.unit_price)
                    )
                    for item in cart.items
                ],
                currency=cart.currency,
                promo_code=cart.promo_code,
                opened_at=cart.opened_at,
                closed_at=cart.closed_at,
                order_id=cart.order_id,
            )
            for cart in mine
        ]
