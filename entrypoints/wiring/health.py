"""The health report, put together."""

from dependency_injector import containers, providers

from adapters.postgres.pulse import PostgresPulse
from adapters.redis.pulse import RedisPulse
from application.shared.health import ReportHealth
from entrypoints.version import running_version


class Health(containers.DeclarativeContainer):
    core = providers.DependenciesContainer()

    cache_pulse = providers.Singleton(RedisPulse, core.settings.provided.redis_url)
    report_health = providers.Singleton(
        ReportHealth,
        database=providers.Singleton(PostgresPulse, core.database),
        cache=cache_pulse,
        version=providers.Callable(running_version),
    )
