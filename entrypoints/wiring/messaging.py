"""Messaging, put together; the settings choose who carries the mail."""

from dependency_injector import containers, providers

from adapters.mail.console import ConsoleMailer
from adapters.mail.folder import FolderMailer
from adapters.mail.letters import JinjaLetters
from adapters.mail.smtp import SmtpMailer
from adapters.postgres.messaging.confirmations import PostgresConfirmations, PostgresDeliveries
from adapters.postgres.transaction import PostgresTransaction
from application.messaging.on_order_paid import OnOrderPaid
from application.messaging.ports import Mailer
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

    on_order_paid = providers.Factory(
        OnOrderPaid,
        begin=begin,
        confirmations=providers.Singleton(PostgresConfirmations, core.database),
        deliveries=providers.Singleton(PostgresDeliveries, core.database),
        letters=providers.Singleton(JinjaLetters, core.settings.provided.address),
        mailer=mailer,
    )
