"""The doors to an organisation's terms: payouts, shares and its own domain."""

from litestar import Controller, delete, get, post, put
from litestar.params import FromPath, JSONBody

from application.identity.claim_domain import ClaimDomain, ClaimDomainCommand
from application.identity.give_up_domain import GiveUpDomain
from application.identity.queries import TermsQueries
from application.identity.set_payout_account import SetPayoutAccount, SetPayoutAccountCommand
from application.identity.set_revenue_shares import SetRevenueShares, SetRevenueSharesCommand
from application.identity.verify_domain import VerifyDomain
from application.identity.views import CustomDomainView, PayoutAccountView, RevenueSharesView
from application.shared.actor import Actor, authorize
from domain.shared.ids import OrganizationId
from domain.shared.permissions import Permission
from entrypoints.http.given import Given


class TermsController(Controller):
    path = "/organizations/{organization_id:uuid}"
    tags = ("Organizations",)

    @get("/payout-account", operation_id="get_payout_account", summary="Show where the money goes")
    async def get_payout_account(
        self,
        organization_id: FromPath[OrganizationId],
        actor: Given[Actor],
        terms_queries: Given[TermsQueries],
    ) -> PayoutAccountView:
        """For owners; of the account's name, the end is shown."""
        authorize(actor, Permission.PAYOUTS_MANAGE, organization_id, even_suspended=True)
        return await terms_queries.get_payout_account(
            actor.within(organization_id), organization_id
        )

    @put("/payout-account", operation_id="set_payout_account", summary="Say where the money goes")
    async def set_payout_account(
        self,
        organization_id: FromPath[OrganizationId],
        data: JSONBody[SetPayoutAccountCommand],
        actor: Given[Actor],
        set_payout_account: Given[SetPayoutAccount],
        terms_queries: Given[TermsQueries],
    ) -> PayoutAccountView:
        await set_payout_account(actor, organization_id, data)
        return await terms_queries.get_payout_account(
            actor.within(organization_id), organization_id
        )

    @get("/revenue-shares", operation_id="get_revenue_shares", summary="Show who shares")
    async def get_revenue_shares(
        self,
        organization_id: FromPath[OrganizationId],
        actor: Given[Actor],
        terms_queries: Given[TermsQueries],
    ) -> RevenueSharesView:
        """For owners."""
        authorize(actor, Permission.PAYOUTS_MANAGE, organization_id, even_suspended=True)
        return await terms_queries.get_revenue_shares(
            actor.within(organization_id), organization_id
        )

    @put("/revenue-shares", operation_id="set_revenue_shares", summary="Say who shares")
    async def set_revenue_shares(
        self,
        organization_id: FromPath[OrganizationId],
        data: JSONBody[SetRevenueSharesCommand],
        actor: Given[Actor],
        set_revenue_shares: Given[SetRevenueShares],
        terms_queries: Given[TermsQueries],
    ) -> RevenueSharesView:
        """All shares at once, in place of those before; of no event more than 100 percent."""
        await set_revenue_shares(actor, organization_id, data)
        return await terms_queries.get_revenue_shares(
            actor.within(organization_id), organization_id
        )

    @get("/custom-domain", operation_id="get_domain", summary="Show its own domain")
    async def get_domain(
        self,
        organization_id: FromPath[OrganizationId],
        actor: Given[Actor],
        terms_queries: Given[TermsQueries],
    ) -> CustomDomainView:
        authorize(actor, Permission.ORGANIZATION_EDIT, organization_id, even_suspended=True)
        return await terms_queries.get_domain(actor.within(organization_id), organization_id)

    @put("/custom-domain", operation_id="claim_domain", summary="Claim a domain")
    async def claim_domain(
        self,
        organization_id: FromPath[OrganizationId],
        data: JSONBody[ClaimDomainCommand],
        actor: Given[Actor],
        claim_domain: Given[ClaimDomain],
        terms_queries: Given[TermsQueries],
    ) -> CustomDomainView:
        """Pending until you have set the TXT record of the answer, and asked to verify it."""
        await claim_domain(actor, organization_id, data)
        return await terms_queries.get_domain(actor.within(organization_id), organization_id)

    @post(
        "/custom-domain/verify",
        operation_id="verify_domain",
        summary="Verify the domain",
        status_code=200,
    )
    async def verify_domain(
        self,
        organization_id: FromPath[OrganizationId],
        actor: Given[Actor],
        verify_domain: Given[VerifyDomain],
        terms_queries: Given[TermsQueries],
    ) -> CustomDomainView:
        """Looks for the TXT record; whoever shows it first has the domain."""
        await verify_domain(actor, organization_id)
        return await terms_queries.get_domain(actor.within(organization_id), organization_id)

    @delete("/custom-domain", operation_id="give_up_domain", summary="Give the domain up")
    async def give_up_domain(
        self,
        organization_id: FromPath[OrganizationId],
        actor: Given[Actor],
        give_up_domain: Given[GiveUpDomain],
    ) -> None:
        await give_up_domain(actor, organization_id)
