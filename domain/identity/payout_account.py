"""Where an organisation's money goes: an account that a payment provider keeps."""

import re
from dataclasses import dataclass
from datetime import datetime

from domain.identity.errors import InvalidPayoutAccount
from domain.shared.aggregate import Aggregate
from domain.shared.ids import OrganizationId
from domain.shared.words import Word

ACCOUNT_LONGEST = 100
_SHOWN = 4
_STRIPE = re.compile("acct_[A-Za-z0-9]{16,32}")


class PayoutProvider(Word):
    """Who pays out."""

    STRIPE = "stripe"
    BANK_TRANSFER = "bank_transfer"


class PayoutAccountStatus(Word):
    """Whether the provider pays out; what it says is the truth."""

    PENDING = "pending"
    ENABLED = "enabled"
    RESTRICTED = "restricted"


@dataclass(slots=True, kw_only=True)
class PayoutAccount(Aggregate):
    """One per organisation; another account begins as pending again."""

    organization_id: OrganizationId
    provider: PayoutProvider
    account_id: str
    """The provider's own name for it; never shown whole."""
    status: PayoutAccountStatus = PayoutAccountStatus.PENDING
    created_at: datetime
    updated_at: datetime

    def __post_init__(self) -> None:
        self.account_id = _known(self.account_id)

    def refer_to(self, provider: PayoutProvider, account_id: str, *, at: datetime) -> None:
        """Money goes there from now on; the same account keeps its status.

        Raises InvalidPayoutAccount for what the provider would not call an account.
        """
        known = _known(account_id)
        if provider is PayoutProvider.STRIPE and _STRIPE.fullmatch(known) is None:
            raise InvalidPayoutAccount("Stripe calls an account acct_ and 16 letters or digits.")
        if (provider, known) == (self.provider, self.account_id):
            return
        self.provider, self.account_id = provider, known
        self.status, self.updated_at = PayoutAccountStatus.PENDING, at


def _known(account_id: str) -> str:
    trimmed = account_id.strip()
    is_short = 0 < len(trimmed) <= ACCOUNT_LONGEST
    if not (is_short and trimmed.isascii() and trimmed.isprintable() and " " not in trimmed):
        raise InvalidPayoutAccount(longest=ACCOUNT_LONGEST)
    return trimmed


def masked(account_id: str) -> str:
    """Enough to tell two apart; of a short one, nothing."""
    hint = account_id[-_SHOWN:] if len(account_id) >= 2 * _SHOWN else ""
    return f"****{hint}"
