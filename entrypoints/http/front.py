"""What stands before every request, the raw routes' too: who asks, from which page, how often.

Nothing here waits: a request that is let in has lost some microseconds.
"""

from collections.abc import Mapping
from typing import TypeAlias

from litestar.types import HTTPScope

from domain.shared.errors import DomainError
from entrypoints.door_settings import networks_in, origins_in
from entrypoints.http.client_address import Proxies
from entrypoints.http.cross_origin import CrossOrigin
from entrypoints.http.problems import AddressTooLong
from entrypoints.http.rate_limits import RateLimits
from entrypoints.http.safe_headers import Header, SafeHeaders
from entrypoints.http.secrets_told import secret_in
from entrypoints.settings import Settings

ADDRESS_BYTES_MAX = 8_192


CERTAIN = "actor"
"""Where the scope's state says who asks, with one token, as verified in this very moment: good for
whoever has not awaited anything since, so for raw routes alone.
"""

Passage: TypeAlias = tuple[tuple[Header, ...], DomainError | None, bool]
"""Headers of whatever the answer is; why it is a refusal; whether that is all of it, because a
browser asked what it may ask.
"""


class Front:
    def __init__(self, settings: Settings, limits: RateLimits | None = None) -> None:
        """Without `limits` everybody may ask as often as they like."""
        networks = networks_in(settings.trusted_proxies)
        self._proxies = Proxies(networks, settings.forwarded_header)
        self._origins = CrossOrigin(origins_in(settings.cors_origins))
        self._limits = limits
        self.safe = SafeHeaders(is_https=settings.address.startswith("https://"))

    def __call__(self, scope: HTTPScope, given: Mapping[bytes, bytes]) -> Passage:
        """`given` are the headers; of those that came twice the last."""
        self._proxies.believe(scope)
        told: tuple[Header, ...] = self._origins.usual
        if b"origin" in given:
            if scope["method"] == "OPTIONS" and b"access-control-request-method" in given:
                allowed = self._origins.preflight(given)
                if allowed is not None:
                    return allowed, None, True
            told = self._origins.told(given)
        if len(scope["query_string"]) + len(scope["path"]) > ADDRESS_BYTES_MAX:
            return told, AddressTooLong(f"It may have {ADDRESS_BYTES_MAX} bytes."), False
        if (refusal := secret_in(scope["path"], scope["query_string"])) is not None:
            return told, refusal, False
        if self._limits is None:
            return told, None, False
        limit, refused, actor = self._limits.spend(scope, given.get(b"authorization"))
        if actor is not None and len(given) == len(list(scope["headers"])):
            scope["state"][CERTAIN] = actor
        return (*told, *limit), refused, False
