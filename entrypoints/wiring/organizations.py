"""Organisations' people and terms, put together."""

from dependency_injector import containers, providers

from adapters.postgres.identity.invitations import (
    PostgresInvitationQueries,
    PostgresInvitationTransaction,
)
from adapters.postgres.identity.standing import PostgresStandingTransaction
from adapters.system.emails import read_email
from adapters.tokens.invitation_tokens import DerivedInvitationTokens
from application.identity.accept_invitation import AcceptInvitation
from application.identity.close_organization import CloseOrganization
from application.identity.decline_invitation import DeclineInvitation
from application.identity.invite_member import InviteMember
from application.identity.resend_invitation import ResendInvitation
from application.identity.revoke_invitation import RevokeInvitation
from application.identity.set_organization_status import SetOrganizationStatus


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
    decline_invitation = providers.Factory(DeclineInvitation, begin=begin, tokens=invitation_tokens)
