"""Messaging, put together; the settings choose who carries the mail."""

from dependency_injector import containers, providers

from adapters.mail.console import ConsoleMailer
from adapters.mail.folder import FolderMailer
from adapters.mail.letters import JinjaLetters
from adapters.mail.session_letters import JinjaSessionLetters
from adapters.mail.smtp import SmtpMailer
from adapters.mail.visit_letters import JinjaVisitLetters
from adapters.postgres.identity.ended_sessions import PostgresEndedSessions
from adapters.postgres.identity.visit_notices import PostgresVisitNotices
from adapters.postgres.messaging.confirmations import PostgresConfirmations, PostgresDeliveries
from adapters.postgres.messaging.invitations import PostgresInvitationFacts
from adapters.postgres.messaging.offered_places import PostgresOfferedPlaces
from adapters.postgres.transaction import PostgresTransaction
from adapters.tokens.account_tokens import DerivedAccountTokens
from adapters.tokens.invitation_tokens import DerivedInvitationTokens
from adapters.tokens.waiting_list_secrets import DerivedWaitingListSecrets
from application.messaging.on_order_paid import OnOrderPaid
from application.messaging.on_place_offered import OnPlaceOffered
from application.messaging.ports import Mailer
from application.messaging.send_account_letter import SendAccountLetter
from application.messaging.send_invitation import SendInvitation
from application.messaging.tell_of_visit import TellOfVisit
from application.messaging.warn_of_reuse import WarnOfReuse
from application.shared.clock import Clock
from entrypoints.settings import Settings


def _mailer(settings: Settings, clock: Clock) -> Mailer:
    match settings.mail:
        case "smtp":
            return SmtpMailer(settings.smtp_url, sender=settings.mail_from, clock=clock)
        case "folder":
            return FolderMailer(settings.home / "mail", sender=settings.mail_from, clock=clock)
        case "console":
            return ConsoleMailer(sender=settings.mail_from, clock=clock)


class Messaging(containers.DeclarativeContainer):
    core = providers.DependenciesContainer()

    begin = core.database.provided.beginner.call(PostgresTransaction)
    mailer = providers.Singleton(_mailer, core.settings, core.clock)

    _deliveries = providers.Singleton(PostgresDeliveries, core.database)
    _letters = providers.Singleton(JinjaLetters, core.settings.provided.address)

    on_order_paid = providers.Factory(
        OnOrderPaid,
        begin=begin,
        confirmations=providers.Singleton(PostgresConfirmations, core.database),
        deliveries=_deliveries,
        letters=_letters,
        mailer=mailer,
        links=core.order_links,
    )
    warn_of_reuse = providers.Factory(
        WarnOfReuse,
        ended_sessions=providers.Singleton(PostgresEndedSessions, core.database),
        letters=providers.Singleton(JinjaSessionLetters),
        mailer=mailer,
    )
    send_invitation = providers.Factory(
        SendInvitation,
        facts=providers.Singleton(
            PostgresInvitationFacts,
            core.database,
            core.clock,
            providers.Singleton(DerivedInvitationTokens, core.keyring),
        ),
        letters=_letters,
        mailer=mailer,
    )
    tell_of_visit = providers.Factory(
        TellOfVisit,
        visits=providers.Singleton(PostgresVisitNotices, core.database),
        letters=providers.Singleton(JinjaVisitLetters),
        mailer=mailer,
    )
    on_place_offered = providers.Factory(
        OnPlaceOffered,
        begin=begin,
        offered_places=providers.Singleton(
            PostgresOfferedPlaces,
            core.database,
            core.clock,
            providers.Singleton(DerivedWaitingListSecrets, core.keyring),
        ),
        deliveries=_deliveries,
        letters=_letters,
        mailer=mailer,
    )
    send_account_letter = providers.Factory(
        SendAccountLetter,
        tokens=providers.Singleton(DerivedAccountTokens, core.keyring),
        words=_letters,
        mailer=mailer,
    )
