"""What an organisation's terms ask of the world: payouts, shares and its own domain."""

from collections.abc import Callable, Collection
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from application.identity.ports import IdentityTransaction
from application.shared.scope import Scope
from domain.identity.custom_domain import CustomDomain
from domain.identity.payout_account import PayoutAccount
from domain.identity.revenue_shares import RevenueShares
from domain.shared.ids import OrganizationId


class PayoutAccounts(Protocol):
    async def get(self, organization_id: OrganizationId) -> PayoutAccount | None: ...
    async def save(self, account: PayoutAccount) -> None: ...  # Raises StaleVersion.


class ShareBooks(Protocol):
    async def get(self, organization_id: OrganizationId) -> RevenueShares | None: ...
    async def save(self, shares: RevenueShares) -> None: ...  # Raises StaleVersion.


class CustomDomains(Protocol):
    """Several may claim a domain, and one can have proved it."""

    async def get(self, organization_id: OrganizationId) -> CustomDomain | None: ...
    async def save(self, domain: CustomDomain) -> None: ...  # Raises StaleVersion, DomainTaken.
    async def remove(self, domain: CustomDomain) -> None: ...


class TermsTransaction(IdentityTransaction, Protocol):
    @property
    def payout_accounts(self) -> PayoutAccounts: ...
    @property
    def share_books(self) -> ShareBooks: ...
    @property
    def custom_domains(self) -> CustomDomains: ...


BeginTerms = Callable[[Scope], AbstractAsyncContextManager[TermsTransaction]]


class DomainRecords(Protocol):
    """What the world's name servers say."""

    # The TXT records of a name; none if there is no such name. Raises Unavailable.
    async def texts(self, name: str) -> Collection[str]: ...
