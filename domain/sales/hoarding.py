"""Against hoarding: how many carts a client may have, and how much guests may hold unpaid."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from domain.sales.errors import GuestCartsFull, TooManyCarts, TooManyTicketsInCarts

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class ClientCart:
    """Another cart of the same client."""

    opened_at: datetime
    live_until: datetime | None
    """None if it does not live any more."""
    places: int = 0


@dataclass(frozen=True, slots=True)
class GuestCarts:
    """The live carts of an event's other guests."""

    places: int
    first_expires_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CartLimits:
    """Of one client in one organisation, but for the share, which all guests of an event have."""

    opened_per_minute: int
    live: int
    guest_places: int
    guest_share_percent: int

    def check_opening(self, others: Sequence[ClientCart], at: datetime) -> None:
        """May this client open a cart? Raises TooManyCarts."""
        recent = sorted(cart.opened_at for cart in others if cart.opened_at > at - MINUTE)
        if len(recent) >= self.opened_per_minute:
            retry_at = recent[-self.opened_per_minute] + MINUTE
            raise TooManyCarts(
                f"At most {self.opened_per_minute} new carts a minute.",
                **_until(retry_at, at),
            )
        live = _live(others)
        if len(live) >= self.live:
            raise TooManyCarts(
                f"At most {self.live} carts at a time.", **_until(live[-self.live], at)
            )

    def check_guest(self, others: Sequence[ClientCart], places: int, at: datetime) -> None:
        """May a guest hold so much, together with the others' carts of the same client?

        Raises TooManyTicketsInCarts.
        """
        taken = sum(cart.places for cart in others if cart.live_until is not None)
        if taken + places > self.guest_places:
            live = _live(others)
            fits_later = bool(live) and places <= self.guest_places
            raise TooManyTicketsInCarts(
                maximum=self.guest_places, **(_until(live[0], at) if fits_later else {})
            )

    def guest_share(self, room: int | None) -> int | None:
        """Units of the event that guests may hold together; None is without limit."""
        return None if room is None else max(room * self.guest_share_percent // 100, 1)

    def check_share(self, others: GuestCarts, places: int, room: int | None, at: datetime) -> None:
        """Raises GuestCartsFull."""
        share = self.guest_share(room)
        if share is not None and others.places + places > share:
            raise guest_carts_full(others.first_expires_at, at)


def guest_carts_full(retry_at: datetime | None, at: datetime) -> GuestCartsFull:
    return GuestCartsFull(**({} if retry_at is None else _until(retry_at, at)))


def _live(carts: Iterable[ClientCart]) -> list[datetime]:
    """When each of those that live runs out, the first one first."""
    return sorted(cart.live_until for cart in carts if cart.live_until is not None)


def _until(retry_at: datetime, at: datetime) -> dict[str, Any]:
    """The same in two forms: the header counts seconds."""
    seconds = (retry_at - at).total_seconds()
    return {"retry_at": retry_at, "retry_after": max(int(seconds) + 1, 1)}
