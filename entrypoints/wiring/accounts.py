"""The life of accounts, put together."""

from dependency_injector import containers, providers

from adapters.bridges.belongings import BridgedBelongings
from adapters.postgres.identity.account_queries import PostgresAccountQueries
from adapters.postgres.identity.accounts import PostgresAccountTransaction
from adapters.postgres.identity.record_queries import PostgresRecordQueries
from adapters.system.alarms import LoggedAlarms
from adapters.system.emails import read_email
from adapters.tokens.account_tokens import DerivedAccountTokens
from application.identity.announce_email_change import AnnounceEmailChange
from application.identity.announce_registration import AnnounceRegistration
from application.identity.change_email import ChangeEmail
from application.identity.change_password import ChangePassword
from application.identity.delete_me import DeleteMe
from application.identity.delete_user import DeleteUser
from application.identity.export_me import ExportMe
from application.identity.forget_guesses import ForgetGuesses
from application.identity.forgot_password import ForgotPassword
from application.identity.offer_password_reset import OfferPasswordReset
from application.identity.request_registration import RequestRegistration
from application.identity.resend_verification import ResendVerification
from application.identity.reset_password import ResetPassword
from application.identity.tell_of_shut_out import TellOfShutOut
from application.identity.update_me import UpdateMe
from application.identity.update_preferences import UpdatePreferences
from application.identity.update_user import UpdateUser
from application.identity.verify_email import VerifyEmail
from application.identity.watch_sign_ins import WatchSignIns
from application.shared.retrying import retrying


class Accounts(containers.DeclarativeContainer):
    core = providers.DependenciesContainer()
    identity = providers.DependenciesContainer()
    order_queries: providers.Dependency[object] = providers.Dependency()
    ticket_queries: providers.Dependency[object] = providers.Dependency()
    waiting_list_queries: providers.Dependency[object] = providers.Dependency()
    payment_queries: providers.Dependency[object] = providers.Dependency()
    cart_queries: providers.Dependency[object] = providers.Dependency()

    begin = core.database.provided.beginner.call(PostgresAccountTransaction)
    registration_mode = core.settings.provided.registration
    account_queries = providers.Singleton(PostgresAccountQueries, core.database)
    _tokens = providers.Singleton(DerivedAccountTokens, core.keyring)
    _read_email = providers.Object(read_email)
    _belongings = providers.Factory(
        BridgedBelongings,
        order_queries,
        ticket_queries,
        waiting_list_queries,
        payment_queries,
        cart_queries,
    )

    request_registration = providers.Factory(
        RequestRegistration,
        begin=begin,
        ids=core.ids,
        choose_password=identity.choose_password,
        read_email=_read_email,
        limits=identity.guess_limits,
    )
    announce_registration = providers.Factory(AnnounceRegistration, begin=begin)
    verify_email = providers.Factory(
        VerifyEmail,
        begin=begin,
        ids=core.ids,
        tokens=_tokens,
        remembered=identity.access_tokens,
    )
    resend_verification = providers.Factory(ResendVerification, begin=begin, ids=core.ids)
    forgot_password = providers.Factory(
        ForgotPassword,
        begin=begin,
        ids=core.ids,
        read_email=_read_email,
        limits=identity.guess_limits,
    )
    tell_of_shut_out = providers.Factory(TellOfShutOut, begin=begin)
    offer_password_reset = providers.Factory(OfferPasswordReset, begin=begin)
    reset_password = providers.Factory(
        ResetPassword,
        begin=begin,
        ids=core.ids,
        tokens=_tokens,
        choose_password=identity.choose_password,
        remembered=identity.access_tokens,
        limits=identity.guess_limits,
    )
    change_password = providers.Factory(
        ChangePassword,
        begin=begin,
        ids=core.ids,
        reauthenticate=identity.reauthenticate,
        choose_password=identity.choose_password,
        remembered=identity.access_tokens,
    )
    change_email = providers.Factory(
        ChangeEmail,
        begin=begin,
        ids=core.ids,
        read_email=_read_email,
        reauthenticate=identity.reauthenticate,
    )
    announce_email_change = providers.Factory(AnnounceEmailChange, begin=begin)
    update_me = providers.Factory(UpdateMe, begin=begin, remembered=identity.access_tokens)
    update_preferences = providers.Factory(UpdatePreferences, begin=begin)
    export_me = providers.Factory(
        ExportMe,
        records=providers.Singleton(PostgresRecordQueries, core.database),
        belongings=_belongings,
        clock=core.clock,
    )
    delete_me = providers.Factory(
        DeleteMe,
        begin=begin,
        ids=core.ids,
        reauthenticate=identity.reauthenticate,
        remembered=identity.access_tokens,
    )
    update_user = providers.Factory(
        retrying,
        providers.Factory(UpdateUser, begin=begin, remembered=identity.access_tokens),
    )
    delete_user = providers.Factory(
        retrying,
        providers.Factory(DeleteUser, begin=begin, ids=core.ids, remembered=identity.access_tokens),
    )
    forget_guesses = providers.Factory(ForgetGuesses, begin=begin)
    watch_sign_ins = providers.Factory(
        WatchSignIns,
        begin=begin,
        alarms=providers.Singleton(LoggedAlarms),
        failures_per_minute=core.settings.provided.failed_sign_ins_alarm,
    )
