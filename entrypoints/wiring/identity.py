"""Identity, put together."""

from collections.abc import Mapping

from dependency_injector import containers, providers

from adapters.postgres.identity.accounts import PostgresAccountTransaction
from adapters.postgres.identity.queries import (
    PostgresOrganizationQueries,
    PostgresPeople,
    PostgresUserQueries,
)
from adapters.postgres.identity.session_queries import PostgresSessionQueries
from adapters.postgres.identity.store import PostgresIdentityTransaction
from adapters.system.emails import read_email
from adapters.tokens.identity.sign_in_challenges import SealedSignInChallenges
from adapters.tokens.known_passwords import BreachedPasswords, CommonPasswords
from adapters.tokens.passwords import Argon2Passwords
from adapters.tokens.published_keys import PublishedKeys
from adapters.tokens.remembered import Devices, RememberedAccessTokens, no_devices
from adapters.webauthn.ceremonies import WebauthnCeremonies
from application.identity.account_ports import KnownPasswords
from application.identity.add_member import AddMember
from application.identity.api_key_ports import Bearers
from application.identity.change_member import ChangeMember
from application.identity.choose_password import ChoosePassword
from application.identity.create_organization import CreateOrganization
from application.identity.finish_sign_in import FinishSignIn
from application.identity.forget_sessions import ForgetSessions
from application.identity.grant_platform_admin import GrantPlatformAdmin
from application.identity.guessing_access import GuessLimits
from application.identity.log_in import LogIn
from application.identity.log_out import LogOut
from application.identity.open_session import OpenSession
from application.identity.puzzle_access import Puzzles
from application.identity.reauthentication_access import Reauthentication
from application.identity.refresh_session import RefreshSession
from application.identity.register_user import RegisterUser
from application.identity.remove_member import RemoveMember
from application.identity.revoke_session import RevokeSession
from application.identity.revoke_sessions import RevokeSessions
from application.identity.update_organization import UpdateOrganization
from application.shared.retrying import retrying
from domain.shared.secret_text import SecretKind
from entrypoints.settings import Settings


def _known_passwords(settings: Settings) -> KnownPasswords:
    if settings.breached_passwords is None:
        return CommonPasswords()
    return BreachedPasswords(settings.breached_passwords)


class Identity(containers.DeclarativeContainer):
    core = providers.DependenciesContainer()
    devices: providers.Dependency[Devices] = providers.Dependency(
        default=providers.Object(no_devices)
    )
    """Whose container knows scanners gives this: scanner id in, `Device` out."""
    bearers: providers.Dependency[Mapping[SecretKind, Bearers]] = providers.Dependency(
        default=providers.Object({})
    )
    """Whose containers know keys and applications give these."""

    begin = core.database.provided.beginner.call(PostgresIdentityTransaction)
    _read_email = providers.Object(read_email)
    _begin_accounts = core.database.provided.beginner.call(PostgresAccountTransaction)
    passwords = providers.Singleton(
        Argon2Passwords,
        cost=core.settings.provided.password_cost,
        workers=core.settings.provided.password_workers,
        waiting_max=core.settings.provided.password_queue,
    )
    choose_password = providers.Singleton(
        ChoosePassword,
        passwords=passwords,
        known=providers.Singleton(_known_passwords, core.settings),
    )
    guess_limits = providers.Singleton(
        GuessLimits,
        per_account=core.settings.provided.guesses_per_account,
        per_network=core.settings.provided.guesses_per_network,
    )
    reauthenticate = providers.Factory(
        Reauthentication, begin=_begin_accounts, passwords=passwords, limits=guess_limits
    )
    _people = providers.Singleton(PostgresPeople, core.database, core.clock)
    access_tokens = providers.Singleton(
        RememberedAccessTokens,
        core.token_signer,
        _people,
        devices,
        core.clock,
        bearers=bearers,
    )
    _open_session = providers.Factory(OpenSession, ids=core.ids, issuer=core.token_signer)
    sign_in_challenges = providers.Singleton(SealedSignInChallenges, core.keyring)
    passkey_ceremonies = providers.Singleton(
        WebauthnCeremonies,
        core.settings.provided.passkey_site[0],
        core.settings.provided.passkey_site[1],
    )
    finish_sign_in = providers.Factory(
        FinishSignIn,
        open_session=_open_session,
        challenges=sign_in_challenges,
        ceremonies=passkey_ceremonies,
        ids=core.ids,
    )
    """Where every first factor ends: with a session, or with the second step."""
    open_session = _open_session
    """For the containers of other ways to sign in."""
    user_queries = providers.Singleton(PostgresUserQueries, core.database)
    key_queries = providers.Singleton(PublishedKeys, core.keyring, core.clock)
    session_queries = providers.Singleton(PostgresSessionQueries, core.database, core.clock)
    organization_queries = providers.Singleton(PostgresOrganizationQueries, core.database)

    register_user = providers.Factory(
        RegisterUser,
        begin=_begin_accounts,
        ids=core.ids,
        choose_password=choose_password,
        read_email=_read_email,
        open_session=_open_session,
        limits=guess_limits,
    )
    _puzzles = providers.Factory(
        Puzzles,
        challenges=sign_in_challenges,
        ids=core.ids,
        failures_per_minute=core.settings.provided.failed_sign_ins_alarm,
    )
    log_in = providers.Factory(
        LogIn,
        begin=_begin_accounts,
        passwords=passwords,
        read_email=_read_email,
        finish_sign_in=finish_sign_in,
        limits=guess_limits,
        puzzles=_puzzles,
    )
    refresh_session = providers.Factory(
        retrying,
        providers.Factory(
            RefreshSession,
            begin=begin,
            issuer=core.token_signer,
            remembered=access_tokens,
            age_max=core.settings.provided.session_age_max,
        ),
    )
    log_out = providers.Factory(
        LogOut, begin=begin, remembered=access_tokens, tokens=core.token_signer
    )
    grant_platform_admin = providers.Factory(
        GrantPlatformAdmin, begin=begin, remembered=access_tokens
    )
    forget_sessions = providers.Factory(ForgetSessions, begin=begin)
    revoke_session = providers.Factory(
        RevokeSession, begin=_begin_accounts, remembered=access_tokens
    )
    revoke_sessions = providers.Factory(
        retrying,
        providers.Factory(RevokeSessions, begin=_begin_accounts, remembered=access_tokens),
    )
    create_organization = providers.Factory(
        retrying,
        providers.Factory(
            CreateOrganization,
            begin=_begin_accounts,
            per_day=core.settings.provided.organizations_per_day,
            ids=core.ids,
            read_email=_read_email,
            remembered=access_tokens,
        ),
    )
    update_organization = providers.Factory(
        retrying, providers.Factory(UpdateOrganization, begin=begin, read_email=_read_email)
    )
    add_member = providers.Factory(AddMember, begin=begin, remembered=access_tokens)
    change_member = providers.Factory(ChangeMember, begin=begin, remembered=access_tokens)
    remove_member = providers.Factory(RemoveMember, begin=begin, remembered=access_tokens)
