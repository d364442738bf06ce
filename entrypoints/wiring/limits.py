"""How often anybody may ask, put together."""

from dependency_injector import containers, providers

from adapters.redis.rate_counts import RedisRateCounts
from application.shared.fleet_rates import FleetRates
from application.shared.rates import Rate
from entrypoints.door_settings import rates_in
from entrypoints.settings import Settings


def _rates(settings: Settings) -> dict[str, Rate]:
    return rates_in(settings.rates, multiplier=settings.rate_multiplier)


class Limits(containers.DeclarativeContainer):
    core = providers.DependenciesContainer()

    rates = providers.Singleton(
        FleetRates,
        providers.Callable(_rates, core.settings),
        providers.Singleton(RedisRateCounts, core.cache_door),
        processes=core.settings.provided.rate_processes,
    )
