"""Who shares in what an organisation earns."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from domain.identity.errors import InvalidRevenueShares
from domain.identity.organization import FIXED_MAX
from domain.shared.aggregate import Aggregate
from domain.shared.ids import EventId, OrganizationId
from domain.shared.text import clean

WHOLE = 10_000
"""100 percent, in hundredths of a percent."""
SHARES_MAX = 50
EVENTS_MAX = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class RevenueShare:
    """A part for another organisation or a named party: of the revenue, or per ticket.

    `basis_points` are hundredths of a percent; `fixed` is a decimal amount in the currency of the
    event. `event_ids` of None is every event.
    """

    party_organization_id: OrganizationId | None = None
    party_name: str | None = None
    basis_points: int | None = None
    fixed: Decimal | None = None
    event_ids: tuple[EventId, ...] | None = None
    valid_from: datetime

    def __post_init__(self) -> None:
        if (self.party_organization_id is None) == (self.party_name is None):
            raise InvalidRevenueShares("A share is an organisation's or a named party's.")
        if (self.basis_points is None) == (self.fixed is None):
            raise InvalidRevenueShares("A share is basis points or a fixed sum.")
        if self.basis_points is not None and not 0 < self.basis_points <= WHOLE:
            raise InvalidRevenueShares("A share is 1 to 10000 basis points.", maximum=WHOLE)
        fixed = self.fixed
        if fixed is not None and not (fixed.is_finite() and 0 < fixed <= FIXED_MAX):
            raise InvalidRevenueShares("A fixed share is more than zero.", maximum=FIXED_MAX)
        if self.party_name is not None:
            name = clean(self.party_name, field="partyName", longest=200)
            object.__setattr__(self, "party_name", name)
        if self.event_ids is not None:
            known = tuple(sorted(set(self.event_ids)))
            if not 0 < len(known) <= EVENTS_MAX:
                raise InvalidRevenueShares("Name 1 to 100 events, or none.", maximum=EVENTS_MAX)
            object.__setattr__(self, "event_ids", known)

    def is_of(self, event_id: EventId) -> bool:
        return self.event_ids is None or event_id in self.event_ids


@dataclass(slots=True, kw_only=True)
class RevenueShares(Aggregate):
    """All shares of one organisation: of no event, at no time, more than the whole.

    Shares do not end, so the sum of an event only grows, and what it comes to is what counts. What
    a fixed sum is in percent, only the sale tells: it is paid from what the percentages leave, in
    the order of the shares, and as far as that goes.
    """

    organization_id: OrganizationId
    shares: tuple[RevenueShare, ...] = ()
    updated_at: datetime

    def share(self, shares: Iterable[RevenueShare], *, at: datetime) -> None:
        """These instead of those before. Raises InvalidRevenueShares."""
        wanted = tuple(shares)
        if len(wanted) > SHARES_MAX:
            raise InvalidRevenueShares(maximum=SHARES_MAX)
        if any(one.party_organization_id == self.organization_id for one in wanted):
            raise InvalidRevenueShares("What is left is the organisation's own anyway.")
        _refuse_more_than_whole(wanted)
        self.shares, self.updated_at = wanted, at


def _refuse_more_than_whole(shares: tuple[RevenueShare, ...]) -> None:
    named = {event_id for one in shares for event_id in one.event_ids or ()}
    for those in (
        [one for one in shares if one.event_ids is None],
        *([one for one in shares if one.is_of(event)] for event in named),
    ):
        given_away = sum(one.basis_points or 0 for one in those)
        if given_away > WHOLE:
            raise InvalidRevenueShares(given_away=given_away, maximum=WHOLE)
        if given_away == WHOLE and any(one.fixed is not None for one in those):
            raise InvalidRevenueShares(
                "Nothing is left for a fixed sum.", given_away=given_away, maximum=WHOLE
            )
