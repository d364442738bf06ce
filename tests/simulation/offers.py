"""Ids by chance of the seed, and the offer as each process of the shop remembers it."""

import asyncio
from collections.abc import Collection, Mapping
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID

from adapters.memory.database import MemoryDatabase
from application.pricing.ports import Offer, OfferedCode, OfferedType
from domain.shared.ids import EventId, OrganizationId, TicketTypeId

FRESH_SECONDS = 1.0


class SeededIds:
    """Ids, numbers and codes that come again with the seed; ids sort by when they were made."""

    def __init__(self, dice: Random) -> None:
        self._dice = dice
        self._made = 0

    def new(self) -> UUID:
        self._made += 1
        return UUID(int=self._made << 64 | self._dice.getrandbits(64))

    def number(self) -> str:
        return f"{self._dice.getrandbits(50):010X}"

    def code(self) -> bytes:
        return self._dice.randbytes(12)

    def secret(self) -> str:
        return self._dice.randbytes(32).hex()


class RememberedOffers:
    """What is for sale, as this process last read it: at most a second ago."""

    def __init__(
        self, memory: MemoryDatabase, limits: Mapping[TicketTypeId, int], fee_percent: Decimal
    ) -> None:
        self._memory = memory
        self._limits = limits
        self._fee_percent = fee_percent
        self._kept: dict[EventId, tuple[float, Offer]] = {}
        self._event_of: dict[TicketTypeId, EventId] = {}

    async def offers(self, ids: Collection[TicketTypeId]) -> dict[TicketTypeId, Offer]:
        found: dict[TicketTypeId, Offer] = {}
        now = asyncio.get_running_loop().time()
        for id_ in ids:
            kept = self._kept.get(self._event_of[id_]) if id_ in self._event_of else None
            if kept is not None and now < kept[0] + FRESH_SECONDS:
                found[id_] = kept[1]
            elif (offer := self._read(id_)) is not None:
                self._kept[offer.event_id] = (now, offer)
                self._event_of |= dict.fromkeys(offer.types, offer.event_id)
                found[id_] = offer
        return found

    async def codes(
        self, wanted: Collection[tuple[OrganizationId, str]]
    ) -> dict[tuple[OrganizationId, str], OfferedCode]:
        codes = self._memory.table("promo_codes").where(
            lambda code: (code.organization_id, code.code) in wanted
        )
        return {(code.organization_id, code.code): OfferedCode(code, None) for code in codes}

    def forget(self, event_ids: Collection[EventId]) -> None:
        for event_id in event_ids:
            self._kept.pop(event_id, None)

    def _read(self, id_: TicketTypeId) -> Offer | None:
        wanted = self._memory.table("ticket_types").get(id_)
        if wanted is None:
            return None
        event: Any = self._memory.table("events").get(wanted.event_id)
        room: Any = self._memory.table("allotment_counters").get(wanted.event_id)
        kinds = self._memory.table("ticket_types").where(lambda kind: kind.event_id == event.id)
        return Offer(
            organization_id=event.organization_id,
            event_id=event.id,
            event_name=event.name,
            currency=event.currency,
            is_offered=event.intent == "published",
            is_public=True,
            sales=event.sales,
            fee_percent=self._fee_percent,
            fee_fixed=Decimal(0),
            revision=room.revision,
            types={
                kind.id: OfferedType(
                    id=kind.id,
                    name=kind.name,
                    price=kind.price,
                    min_per_order=kind.min_per_order,
                    max_per_order=kind.max_per_order,
                    max_per_customer=self._limits.get(kind.id),
                    sales=kind.sales,
                    is_hidden=kind.status.value == "hidden",
                    draws=tuple((draw.allotment_id, draw.units) for draw in kind.draws),
                )
                for kind in kinds
            },
        )
