"""Organisations' people and terms, put together."""

from dependency_injector import containers, providers

from adapters.dns.records import DnsRecords
from adapters.postgres.identity.invitations import (
    PostgresInvitationQueries,
    PostgresInvitationTransaction,
)
from adapters.postgres.identity.standing import PostgresStandingTransaction
from adapters.postgres.identity.terms import PostgresTermsQueries, PostgresTermsTransaction
from adapters.system.emails import read_email
from adapters.tokens.invitation_tokens import DerivedInvitationTokens
from application.identity.accept_invitation import AcceptInvitation
from application.identity.claim_domain import ClaimDomain
from application.identity.close_organization import CloseOrganization
from application.identity.decline_invitation import DeclineInvitation
from application.identity.give_up_domain import GiveUpDomain
from application.identity.invite_member import InviteMember
from application.identity.resend_invitation import ResendInvitation
from application.identity.revoke_invitation import RevokeInvitation
from application.identity.set_organization_status import SetOrganizationStatus
from application.identity.set_payout_account import SetPayoutAccount
from application.identity.set_revenue_shares import SetRevenueShares
from application.identity.verify_domain import VerifyDomain


class Organizations(containers.DeclarativeContainer):
    core = providers.DependenciesContainer()
    remembered: providers.Dependency[object] = providers.Dependency()

    begin = core.database.provided.beginner.call(PostgresInvitationTransaction)
    _begin_standing = core.database.provided.beginner.call(PostgresStandingTransaction)
    invitation_tokens = providers.Singleton(DerivedInvitationTokens, core.keyring)
    invitation_queries = providers.Singleton(
        PostgresInvitationQueries, core.database, core.clock, invitation_tokens
    )
    invite_member = providers.Factory(
        InviteMember, begin=begin, ids=core.ids, read_email=providers.Object(read_email)
    )
    resend_invitation = providers.Factory(ResendInvitation, begin=begin)
    revoke_invitation = providers.Factory(RevokeInvitation, begin=begin)
    accept_invitation = providers.Factory(
        AcceptInvitation, begin=begin, tokens=invitation_tokens, remembered=remembered
    )
    set_organization_status = providers.Factory(
        SetOrganizationStatus, begin=_begin_standing, remembered=remembered
    )
    close_organization = providers.Factory(
        CloseOrganization, begin=_begin_standing, remembered=remembered
    )
    _begin_terms = core.database.provided.beginner.call(PostgresTermsTransaction)
    terms_queries = providers.Singleton(PostgresTermsQueries, core.database)
    domain_records = providers.Singleton(DnsRecords)
    set_payout_account = providers.Factory(SetPayoutAccount, begin=_begin_terms)
    set_revenue_shares = providers.Factory(SetRevenueShares, begin=_begin_terms)
    claim_domain = providers.Factory(ClaimDomain, begin=_begin_terms, ids=core.ids)
    verify_domain = providers.Factory(VerifyDomain, begin=_begin_terms, records=domain_records)
    give_up_domain = providers.Factory(GiveUpDomain, begin=_begin_terms)
    decline_invitation = providers.Factory(DeclineInvitation, begin=begin, tokens=invitation_tokens)
