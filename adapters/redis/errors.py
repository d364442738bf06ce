"""How the cache fails."""

from domain.shared.errors import Unavailable


class CacheDown(Unavailable):
    """The cache does not answer; everything works without it, only slower."""

    code = "cache_down"
