"""Venues, events with their ticket types, and promo codes."""

from datetime import datetime, time, timedelta
from decimal import Decimal

import msgspec

from application.catalogue.cancel_event import CancelEventCommand
from application.catalogue.create_event import CreateEventCommand
from application.catalogue.create_ticket_type import CreateTicketTypeCommand
from application.pricing.create_promo_code import CreatePromoCodeCommand
from application.pricing.update_promo_code import UpdatePromoCodeCommand
from application.shared.messages import AddressFields
from application.venues.create_venue import CreateVenueCommand
from entrypoints.container import Container
from seeding.data.shapes import Code, Day, Place, Show, Tier
from seeding.data.venues import VENUES
from seeding.known import Known
from seeding.timeline import Timeline

SALES_BEGIN = time(10, 0)
PLACES = {place.name: place for place in VENUES}


class Programme:
    """Writes down what there is to see, as the owner of each organisation."""

    def __init__(self, container: Container, known: Known, timeline: Timeline) -> None:
        self._container = container
        self._known = known
        self._timeline = timeline

    async def open_venue(self, place: Place) -> None:
        self._known.venues[place.name] = await self._container.venues.create_venue()(
            self._known.owner_of(place.organizer),
            CreateVenueCommand(
                organization_id=self._known.organizations[place.organizer],
                name=place.name,
                address=AddressFields(
                    line1=place.street,
                    city=place.city,
                    state=place.state,
                    postal_code=place.postal_code,
                    country="US",
                ),
                capacity=place.capacity,
                timezone=place.timezone,
            ),
        )
        self._known.counts["venues"] += 1

    async def announce(self, show: Show) -> None:
        """Write the event and its ticket types, and publish it unless it stays a draft."""
        place = PLACES[show.venue]
        owner = self._known.owner_of(place.organizer)
        starts = self.starts_of(show)
        event_id = await self._container.catalogue.create_event()(
            owner,
            CreateEventCommand(
                organization_id=self._known.organizations[place.organizer],
                venue_id=self._known.venues[place.name],
                name=show.name,
                description=show.description,
                category=show.category,
                tags=list(show.tags),
                start_datetime=starts,
                end_datetime=starts + show.lasts,
                timezone=place.timezone,
                capacity=show.capacity,
                sales_start=self._on(show.sales_start, SALES_BEGIN, place),
                metadata={"ages": show.ages},
            ),
        )
        self._known.events[show.name] = event_id
        self._known.counts["events"] += 1
        for order, tier in enumerate(show.tiers):
            await self._offer(show, tier, order)
        if show.fate != "draft":
            await self._container.catalogue.publish_event()(owner, event_id)

    async def _offer(self, show: Show, tier: Tier, order: int) -> None:
        place = PLACES[show.venue]
        create_ticket_type = self._container.catalogue.create_ticket_type()
        self._known.tiers[show.name, tier.name] = await create_ticket_type(
            self._known.owner_of(place.organizer),
            self._known.events[show.name],
            CreateTicketTypeCommand(
                name=tier.name,
                description=tier.description,
                price=Decimal(tier.price),
                quantity=tier.quantity,
                max_per_order=tier.max_per_order,
                sales_end=self._on(tier.sold_until, time(0, 0), place),
                sort_order=order,
            ),
        )
        self._known.counts["ticket types"] += 1

    async def call_off(self, show: Show) -> None:
        await self._container.catalogue.cancel_event()(
            self._known.owner_of(PLACES[show.venue].organizer),
            self._known.events[show.name],
            CancelEventCommand(reason=show.cancel_reason),
        )

    async def hand_out(self, code: Code) -> None:
        """A promo code; one that went wrong is disabled afterwards."""
        owner = self._known.owner_of(code.organizer)
        said = {
            "organizationId": self._known.organizations[code.organizer],
            "code": code.code,
            "description": code.description,
            "discountType": "percentage" if code.percent else "fixed_amount",
            "discountValue": code.percent or code.amount,
            "maxUses": code.max_uses,
            "validUntil": self._end_of(code),
            "minOrderValue": code.min_order,
        }
        promo_code_id = await self._container.pricing.create_promo_code()(
            owner, msgspec.convert(said, CreatePromoCodeCommand)
        )
        self._known.counts["promo codes"] += 1
        if code.is_disabled:
            disabled = msgspec.convert({"status": "disabled"}, UpdatePromoCodeCommand)
            await self._container.pricing.update_promo_code()(owner, promo_code_id, disabled)

    def starts_of(self, show: Show) -> datetime:
        return self._timeline.at(show.day, show.starts, PLACES[show.venue].timezone)

    def _on(self, day: int | None, hour: time, place: Place) -> datetime | None:
        return None if day is None else self._timeline.at(Day(day), hour, place.timezone)

    def _end_of(self, code: Code) -> datetime | None:
        if code.lasts_hours is None:
            return None
        end = self._timeline.present + timedelta(hours=code.lasts_hours)
        return end.replace(second=0, microsecond=0)
