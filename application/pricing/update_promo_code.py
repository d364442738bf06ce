"""An organisation changes the terms of a promo code."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from msgspec import UNSET, UnsetType

from application.pricing.create_promo_code import refuse_foreign
from application.pricing.ports import BeginPricing, OwnEvents
from application.pricing.promo_code_access import PromoCodeAccess
from application.shared.actor import Actor, authorize_events
from application.shared.messages import Command, Instant, changes_of
from domain.pricing.promo_code import PromoCode, PromoCodeStatus, known_max_uses
from domain.shared.ids import EventId, PromoCodeId
from domain.shared.period import Period
from domain.shared.permissions import Permission


class UpdatePromoCodeCommand(Command):
    """What is not set stays as it is; null lifts a limit. The code and its discount are fixed."""

    description: str | None | UnsetType = UNSET
    status: PromoCodeStatus | UnsetType = UNSET
    max_uses: int | None | UnsetType = UNSET
    valid_from: Instant | None | UnsetType = UNSET
    valid_until: Instant | None | UnsetType = UNSET
    min_order_value: Decimal | None | UnsetType = UNSET
    applicable_events: tuple[EventId, ...] | None | UnsetType = UNSET


@dataclass(frozen=True, slots=True)
class UpdatePromoCode:
    """Change the named fields.

    Raises PromoCodeNotFound, Forbidden, Invalid, MaxUsesBelowUsed, StaleVersion.
    """

    begin: BeginPricing
    access: PromoCodeAccess
    events: OwnEvents

    async def __call__(
        self, actor: Actor, promo_code_id: PromoCodeId, command: UpdatePromoCodeCommand
    ) -> None:
        organization_id = await self.access(actor, Permission.PROMO_CODES_EDIT, promo_code_id)
        if not isinstance(command.applicable_events, UnsetType):
            events = command.applicable_events
            authorize_events(actor, Permission.PROMO_CODES_EDIT, organization_id, events)
            await refuse_foreign(self.events, organization_id, events)
        async with self.begin(actor.within(organization_id)) as tx:
            promo_code = await tx.promo_codes.get(promo_code_id)
            changed = promo_code.edited(_changes(promo_code, command), at=tx.now)
            await tx.promo_codes.save(changed)
            if not isinstance(command.max_uses, UnsetType):
                await tx.uses.resize(changed, known_max_uses(command.max_uses))


def _changes(promo_code: PromoCode, command: UpdatePromoCodeCommand) -> dict[str, Any]:
    changes: dict[str, Any] = changes_of(command)
    changes.pop("max_uses", None)
    changes["validity"] = Period(
        changes.pop("valid_from", promo_code.validity.starts),
        changes.pop("valid_until", promo_code.validity.ends),
    )
    return changes
