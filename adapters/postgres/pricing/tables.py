"""Promo codes as rows."""

from typing import Any

from sqlalchemy import Column, Numeric, Row, Table
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Uuid

from adapters.postgres.database import UNIQUE
from adapters.postgres.schema import SCHEMA, instant, uid, version, words
from domain.pricing.discount import Discount, DiscountType
from domain.pricing.errors import PromoCodeTaken
from domain.pricing.promo_code import PromoCode, PromoCodeStatus
from domain.shared.period import Period

UNIQUE["promo_codes_organization_id_code_key"] = PromoCodeTaken

promo_codes = Table(
    "promo_codes",
    SCHEMA,
    uid("organization_id", key=True),
    uid("id", key=True),
    words("code"),
    words("description", null=True),
    words("discount_type"),
    Column("discount_value", Numeric(15, 3), nullable=False),
    instant("valid_from", null=True),
    instant("valid_until", null=True),
    Column("min_order_value", Numeric(15, 3)),
    Column("applicable_events", ARRAY(Uuid(as_uuid=True))),
    words("status"),
    instant("created_at"),
    instant("updated_at"),
    version(),
)


def promo_code_to_row(promo_code: PromoCode) -> dict[str, Any]:
    events = promo_code.applicable_events
    return {
        "organization_id": promo_code.organization_id,
        "id": promo_code.id,
        "code": promo_code.code,
        "description": promo_code.description,
        "discount_type": promo_code.discount.type.value,
        "discount_value": promo_code.discount.value,
        "valid_from": promo_code.validity.starts,
        "valid_until": promo_code.validity.ends,
        "min_order_value": promo_code.min_order_value,
        "applicable_events": None if events is None else list(events),
        "status": promo_code.status.value,
        "created_at": promo_code.created_at,
        "updated_at": promo_code.updated_at,
    }


def promo_code_from_row(row: Row[Any]) -> PromoCode:
    events = row.applicable_events
    return PromoCode(
        organization_id=row.organization_id,
        id=row.id,
        code=row.code,
        description=row.description,
        discount=Discount(DiscountType(row.discount_type), row.discount_value),
        validity=Period(row.valid_from, row.valid_until),
        min_order_value=row.min_order_value,
        applicable_events=None if events is None else tuple(events),
        status=PromoCodeStatus(row.status),
        created_at=row.created_at,
        updated_at=row.updated_at,
        version=row.version,
    )
