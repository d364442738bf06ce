"""A buyer asks what a promo code would take off."""

from dataclasses import dataclass

from application.pricing.ports import PromoCodeTrials, TriedItem
from application.shared.actor import Actor
from application.shared.messages import Command, View
from domain.pricing.promo_code import normal_code
from domain.shared.ids import TicketTypeId


class ValidatedItem(Command):
    ticket_type_id: TicketTypeId
    quantity: int


class ValidatePromoCodeCommand(Command):
    code: str
    items: tuple[ValidatedItem, ...]


class ValidatedPromoCode(View):
    valid: bool
    """Always true: a code that is not valid is refused with its reason."""
    code: str
    discount_amount: str
    currency: str


@dataclass(frozen=True, slots=True)
class ValidatePromoCode:
    """The discount on such an order. Nothing is held: the order itself decides.

    Raises PromoCodeUnknown and every other reason for which the order would be refused.
    """

    trials: PromoCodeTrials

    async def __call__(self, actor: Actor, command: ValidatePromoCodeCommand) -> ValidatedPromoCode:
        items = [TriedItem(item.ticket_type_id, item.quantity) for item in command.items]
        discount = await self.trials.discount(command.code, items, actor.insider_of)
        return ValidatedPromoCode(
            valid=True,
            code=normal_code(command.code),
            discount_amount=str(discount),
            currency=discount.currency,
        )
