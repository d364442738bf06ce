"""An organisation makes up a promo code."""

from dataclasses import dataclass
from decimal import Decimal

from application.pricing.ports import BeginPricing, OwnEvents
from application.shared.actor import Actor, authorize_events
from application.shared.ids import IdFactory
from application.shared.messages import Command, Instant
from domain.pricing.discount import Discount, DiscountType
from domain.pricing.errors import InvalidApplicableEvents
from domain.pricing.promo_code import PromoCode, known_max_uses
from domain.shared.ids import EventId, OrganizationId, PromoCodeId
from domain.shared.period import Period
from domain.shared.permissions import Permission


class CreatePromoCodeCommand(Command, kw_only=True):
    """`discountValue` is percent, or an amount per order in the currency of the event."""

    organization_id: OrganizationId
    code: str
    discount_type: DiscountType
    discount_value: Decimal
    description: str | None = None
    max_uses: int | None = None
    valid_from: Instant | None = None
    valid_until: Instant | None = None
    min_order_value: Decimal | None = None
    applicable_events: tuple[EventId, ...] | None = None


@dataclass(frozen=True, slots=True)
class CreatePromoCode:
    """Keep the code and open its uses, at once.

    Raises NotFound, Forbidden, Invalid, PromoCodeTaken.
    """

    begin: BeginPricing
    events: OwnEvents
    ids: IdFactory

    async def __call__(self, actor: Actor, command: CreatePromoCodeCommand) -> PromoCodeId:
        organization_id = command.organization_id
        events = command.applicable_events
        authorize_events(actor, Permission.PROMO_CODES_EDIT, organization_id, events)
        max_uses = known_max_uses(command.max_uses)
        await refuse_foreign(self.events, organization_id, events)
        promo_code_id = PromoCodeId(self.ids.new())
        async with self.begin(actor.within(organization_id)) as tx:
            promo_code = PromoCode(
                organization_id=organization_id,
                id=promo_code_id,
                code=command.code,
                description=command.description,
                discount=Discount(command.discount_type, command.discount_value),
                validity=Period(command.valid_from, command.valid_until),
                min_order_value=command.min_order_value,
                applicable_events=events,
                created_at=tx.now,
                updated_at=tx.now,
            )
            await tx.promo_codes.add(promo_code)
            await tx.uses.open(promo_code, max_uses)
            tx.remember(promo_code_id)
        return promo_code_id


async def refuse_foreign(
    events: OwnEvents, organization_id: OrganizationId, wanted: tuple[EventId, ...] | None
) -> None:
    """Raises InvalidApplicableEvents naming the events that are not the organisation's."""
    if not wanted:
        return
    foreign = set(wanted) - await events.own(organization_id, wanted)
    if foreign:
        raise InvalidApplicableEvents(
            "Some of these events are not the organisation's.", unknown=sorted(map(str, foreign))
        )
