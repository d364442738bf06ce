"""An owner says who shares in what the organisation earns."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from application.identity.terms_ports import BeginTerms, TermsTransaction
from application.shared.actor import Actor, authorize
from application.shared.messages import Command, Instant
from application.shared.own_events import refuse_foreign
from domain.identity.errors import InvalidRevenueShares
from domain.identity.revenue_shares import RevenueShare, RevenueShares
from domain.shared.ids import EventId, OrganizationId
from domain.shared.permissions import Permission


class ShareFields(Command, kw_only=True):
    """For an organisation or a named party; basis points (hundredths of a percent) or a sum."""

    party_organization_id: OrganizationId | None = None
    party_name: str | None = None
    basis_points: int | None = None
    fixed_amount: Decimal | None = None
    """For each ticket, in the currency of the event."""
    event_ids: tuple[EventId, ...] | None = None
    """None is every event."""
    valid_from: Instant


class SetRevenueSharesCommand(Command):
    shares: tuple[ShareFields, ...]


@dataclass(frozen=True, slots=True)
class SetRevenueShares:
    """These shares instead of those before.

    Raises NotFound, Forbidden, InvalidRevenueShares, InvalidText, StaleVersion.
    """

    begin: BeginTerms

    async def __call__(
        self, actor: Actor, organization_id: OrganizationId, command: SetRevenueSharesCommand
    ) -> None:
        authorize(actor, Permission.PAYOUTS_MANAGE, organization_id)
        shares = [_share(fields) for fields in command.shares]
        async with self.begin(actor.within(organization_id)) as tx:
            await tx.organizations.get(organization_id)
            book = await tx.share_books.get(organization_id)
            if book is None:
                book = RevenueShares(organization_id=organization_id, updated_at=tx.now)
            book.share(shares, at=tx.now)
            await _refuse_unknown(tx, organization_id, shares)
            await tx.share_books.save(book)


def _share(fields: ShareFields) -> RevenueShare:
    return RevenueShare(
        party_organization_id=fields.party_organization_id,
        party_name=fields.party_name,
        basis_points=fields.basis_points,
        fixed=fields.fixed_amount,
        event_ids=fields.event_ids,
        valid_from=fields.valid_from,
    )


async def _refuse_unknown(
    tx: TermsTransaction, organization_id: OrganizationId, shares: Collection[RevenueShare]
) -> None:
    """Raises InvalidRevenueShares for foreign events, and for parties that are not there."""
    events = {event_id for share in shares for event_id in share.event_ids or ()}
    await refuse_foreign(tx, organization_id, events, InvalidRevenueShares)
    parties = {share.party_organization_id for share in shares}
    for party_id in sorted(one for one in parties if one is not None):
        if not await tx.organizations.has_open(party_id):
            raise InvalidRevenueShares("There is no such organisation.")
