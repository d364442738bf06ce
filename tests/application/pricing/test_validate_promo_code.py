"""A buyer asks what a promo code would take off."""

from collections.abc import Sequence
from uuid import UUID

import pytest

from application.pricing.ports import TriedItem
from application.pricing.validate_promo_code import (
    ValidatedItem,
    ValidatedPromoCode,
    ValidatePromoCode,
    ValidatePromoCodeCommand,
)
from application.shared.actor import Actor
from domain.pricing.errors import PromoCodeUnknown
from domain.shared.ids import EventId, OrganizationId, SessionId, TicketTypeId, UserId
from domain.shared.money import Money

ADULT = TicketTypeId(UUID(int=1))
BUYER = Actor(
    user_id=UserId(UUID(int=2)), session_id=SessionId(UUID(int=3)), email="a@b.c", name="A"
)


class Trials:
    """Knows one code: two dollars off each ticket."""

    async def discount(
        self, code: str, items: Sequence[TriedItem], member_of: frozenset[OrganizationId | EventId]
    ) -> Money:
        if code != "spring10":
            raise PromoCodeUnknown
        return Money(200, "USD") * sum(item.quantity for item in items)


def command(code: str) -> ValidatePromoCodeCommand:
    items = (ValidatedItem(ticket_type_id=ADULT, quantity=3),)
    return ValidatePromoCodeCommand(code=code, items=items)


async def test_a_good_code_tells_what_it_takes_off() -> None:
    validate = ValidatePromoCode(Trials())

    answer = await validate(BUYER, command("spring10"))

    assert answer == ValidatedPromoCode(
        valid=True, code="SPRING10", discount_amount="6.00", currency="USD"
    )


async def test_a_bad_code_is_refused_as_an_order_with_it_would_be() -> None:
    validate = ValidatePromoCode(Trials())

    with pytest.raises(PromoCodeUnknown):
        await validate(BUYER, command("SUMMER"))
