"""Payout accounts, revenue shares and domains as rows."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Table

from adapters.postgres.database import UNIQUE
from adapters.postgres.schema import SCHEMA, document, instant, uid, version, words
from domain.identity.custom_domain import CustomDomain
from domain.identity.errors import DomainTaken
from domain.identity.payout_account import PayoutAccount, PayoutAccountStatus, PayoutProvider
from domain.identity.revenue_shares import RevenueShare, RevenueShares
from domain.shared.errors import StaleVersion
from domain.shared.ids import EventId, OrganizationId

UNIQUE["custom_domains_verified"] = DomainTaken
for _key in ("payout_accounts_pkey", "revenue_shares_pkey", "custom_domains_pkey"):
    UNIQUE[_key] = StaleVersion

payout_accounts = Table(
    "payout_accounts",
    SCHEMA,
    uid("organization_id", key=True),
    words("provider"),
    words("account_id"),
    words("status"),
    instant("created_at"),
    instant("updated_at"),
    version(),
)
revenue_shares = Table(
    "revenue_shares",
    SCHEMA,
    uid("organization_id", key=True),
    document("shares"),
    instant("updated_at"),
    version(),
)
custom_domains = Table(
    "custom_domains",
    SCHEMA,
    uid("organization_id", key=True),
    words("domain"),
    words("token"),
    instant("created_at"),
    instant("verified_at", null=True),
    version(),
)


def account_to_row(account: PayoutAccount) -> dict[str, Any]:
    return {
        "organization_id": account.organization_id,
        "provider": account.provider.value,
        "account_id": account.account_id,
        "status": account.status.value,
        "created_at": account.created_at,
        "updated_at": account.updated_at,
    }


def account_from_row(row: Row[Any]) -> PayoutAccount:
    return PayoutAccount(
        organization_id=row.organization_id,
        provider=PayoutProvider(row.provider),
        account_id=row.account_id,
        status=PayoutAccountStatus(row.status),
        created_at=row.created_at,
        updated_at=row.updated_at,
        version=row.version,
    )


def shares_to_row(book: RevenueShares) -> dict[str, Any]:
    return {
        "organization_id": book.organization_id,
        "shares": [_share_to_document(share) for share in book.shares],
        "updated_at": book.updated_at,
    }


def shares_from_row(row: Row[Any]) -> RevenueShares:
    return RevenueShares(
        organization_id=row.organization_id,
        shares=tuple(_share_from_document(share) for share in row.shares),
        updated_at=row.updated_at,
        version=row.version,
    )


def _share_to_document(share: RevenueShare) -> dict[str, Any]:
    events = share.event_ids
    return {
        "party_organization_id": share.party_organization_id and str(share.party_organization_id),
        "party_name": share.party_name,
        "basis_points": share.basis_points,
        "fixed": None if share.fixed is None else str(share.fixed),
        "event_ids": None if events is None else [str(event_id) for event_id in events],
        "valid_from": share.valid_from.isoformat(),
    }


def _share_from_document(share: dict[str, Any]) -> RevenueShare:
    party, fixed, events = share["party_organization_id"], share["fixed"], share["event_ids"]
    return RevenueShare(
        party_organization_id=None if party is None else OrganizationId(UUID(party)),
        party_name=share["party_name"],
        basis_points=share["basis_points"],
        fixed=None if fixed is None else Decimal(fixed),
        event_ids=None if events is None else tuple(EventId(UUID(one)) for one in events),
        valid_from=datetime.fromisoformat(share["valid_from"]),
    )


def domain_to_row(domain: CustomDomain) -> dict[str, Any]:
    return {
        "organization_id": domain.organization_id,
        "domain": domain.domain,
        "token": domain.token,
        "created_at": domain.created_at,
        "verified_at": domain.verified_at,
    }


def domain_from_row(row: Row[Any]) -> CustomDomain:
    return CustomDomain(
        organization_id=row.organization_id,
        domain=row.domain,
        token=row.token,
        created_at=row.created_at,
        verified_at=row.verified_at,
        version=row.version,
    )
