"""An owner says where the organisation's money goes."""

from dataclasses import dataclass

from application.identity.terms_ports import BeginTerms
from application.shared.actor import Actor, authorize
from application.shared.messages import Command
from domain.identity.payout_account import PayoutAccount, PayoutProvider
from domain.shared.ids import OrganizationId
from domain.shared.permissions import Permission


class SetPayoutAccountCommand(Command):
    provider: PayoutProvider
    account_id: str
    """The provider's own name for the account."""


@dataclass(frozen=True, slots=True)
class SetPayoutAccount:
    """Keep the reference; another account is pending until its provider says otherwise.

    Raises NotFound, Forbidden, InvalidPayoutAccount, StaleVersion.
    """

    begin: BeginTerms

    async def __call__(
        self, actor: Actor, organization_id: OrganizationId, command: SetPayoutAccountCommand
    ) -> None:
        authorize(actor, Permission.PAYOUTS_MANAGE, organization_id)
        async with self.begin(actor.within(organization_id)) as tx:
            await tx.organizations.get(organization_id)
            account = await tx.payout_accounts.get(organization_id)
            if account is None:
                account = PayoutAccount(
                    organization_id=organization_id,
                    provider=command.provider,
                    account_id=command.account_id,
                    created_at=tx.now,
                    updated_at=tx.now,
                )
            account.refer_to(command.provider, command.account_id, at=tx.now)
            await tx.payout_accounts.save(account)
