"""Insights, put together."""

from dependency_injector import containers, providers

from adapters.postgres.insights.audit_queries import PostgresAuditQueries
from adapters.postgres.insights.heads import PostgresAuditHeads
from adapters.tokens.audit_notary import SigningNotary
from application.insights.publish_audit_heads import PublishAuditHeads


class Insights(containers.DeclarativeContainer):
    core = providers.DependenciesContainer()

    audit_queries = providers.Singleton(
        PostgresAuditQueries, core.database, core.entry_words.provided.seal
    )
    publish_audit_heads = providers.Factory(
        PublishAuditHeads,
        heads=providers.Singleton(PostgresAuditHeads, core.database),
        notary=providers.Singleton(SigningNotary, core.keyring),
    )
