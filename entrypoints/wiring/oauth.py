"""The OAuth provider, put together."""

from dependency_injector import containers, providers

from adapters.postgres.identity.oauth import PostgresOAuthTransaction
from adapters.postgres.identity.oauth_queries import PostgresGrantBearers, PostgresOAuthQueries
from adapters.postgres.identity.queries import PostgresPeople
from adapters.tokens.identity.grant_tokens import SealedGrantTokens
from application.identity.allow_application import AllowApplication
from application.identity.introspect_token import IntrospectToken
from application.identity.issue_token import IssueToken
from application.identity.oauth_ports import RememberedGrants
from application.identity.register_oauth_client import RegisterOauthClient
from application.identity.revoke_oauth_client import RevokeOauthClient
from application.identity.revoke_token import RevokeToken
from application.identity.rotate_oauth_client_secret import RotateOauthClientSecret
from application.identity.show_consent import ShowConsent
from application.identity.update_oauth_client import UpdateOauthClient
from application.identity.withdraw_authorization import WithdrawAuthorization
from application.shared.retrying import retrying


class GrantBearers(containers.DeclarativeContainer):
    """Who is behind access tokens of applications: apart, because identity asks it."""

    core = providers.DependenciesContainer()

    _people = providers.Singleton(PostgresPeople, core.database, core.clock)
    bearers = providers.Singleton(PostgresGrantBearers, core.database, _people, core.clock)


class OAuth(containers.DeclarativeContainer):
    core = providers.DependenciesContainer()
    remembered: providers.Dependency[RememberedGrants] = providers.Dependency()

    begin = core.database.provided.beginner.call(PostgresOAuthTransaction)
    oauth_issuer = core.settings.provided.address
    _tokens = providers.Singleton(SealedGrantTokens, core.keyring)
    oauth_queries = providers.Singleton(PostgresOAuthQueries, core.database, core.clock)

    register_oauth_client = providers.Factory(
        retrying, providers.Factory(RegisterOauthClient, begin=begin, ids=core.ids)
    )
    update_oauth_client = providers.Factory(
        retrying, providers.Factory(UpdateOauthClient, begin=begin, remembered=remembered)
    )
    rotate_oauth_client_secret = providers.Factory(
        retrying, providers.Factory(RotateOauthClientSecret, begin=begin, ids=core.ids)
    )
    revoke_oauth_client = providers.Factory(
        retrying, providers.Factory(RevokeOauthClient, begin=begin, remembered=remembered)
    )
    show_consent = providers.Factory(ShowConsent, begin=begin, queries=oauth_queries)
    allow_application = providers.Factory(
        retrying,
        providers.Factory(AllowApplication, begin=begin, ids=core.ids, issuer=oauth_issuer),
    )
    issue_token = providers.Factory(
        retrying,
        providers.Factory(
            IssueToken, begin=begin, ids=core.ids, tokens=_tokens, remembered=remembered
        ),
    )
    revoke_token = providers.Factory(
        retrying, providers.Factory(RevokeToken, begin=begin, remembered=remembered, tokens=_tokens)
    )
    introspect_token = providers.Factory(
        IntrospectToken, begin=begin, issuer=oauth_issuer, tokens=_tokens
    )
    withdraw_authorization = providers.Factory(
        retrying, providers.Factory(WithdrawAuthorization, begin=begin, remembered=remembered)
    )
