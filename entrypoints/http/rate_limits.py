"""Who may ask how often. Decided in this process, before anything else is done for a request."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from math import ceil
from typing import Protocol

from litestar.types import HTTPScope

from adapters.tokens.clients import network_of
from application.shared.actor import Actor, Device
from application.shared.rates import Policy
from domain.shared.errors import TooManyRequests
from entrypoints.http.rate_classes import RateClass, class_of

Header = tuple[bytes, bytes]

UNLIMITED = "unlimited"
"""The tier of keys that no limit but that of exports concerns."""
STANDARD = "standard"

_NO_MATTER_WHOSE = (RateClass.AUTH, RateClass.RENEWAL, RateClass.HEALTH, RateClass.NOTICE)
"""These doors do not look at tokens, so whoever shows one is counted with the rest."""


class RateExceeded(TooManyRequests):
    """You ask too often; come back later."""


class KnownTokens(Protocol):
    def known(self, token: str) -> tuple[Actor | Device, bool] | None: ...


def tier_of(actor: Actor) -> str | None:
    """The tier of a key or an organisation's application; None for people, whatever they use."""
    return None if actor.acts_as == "person" else actor.rate_tier.value


Told = tuple[Header, ...]


class RateLimits:
    """Finds the bucket of a request, and says in its answer how full it is."""

    def __init__(self, policies: Mapping[str, Policy], tokens: Callable[[], KnownTokens]) -> None:
        self._policies = policies
        self._tokens = tokens
        # The same routes again and again; an address that nobody else asks for is found anew.
        self._kind_of = lru_cache(maxsize=2_048)(self._find_kind)

    def spend(
        self, scope: HTTPScope, authorization: bytes | None
    ) -> tuple[Told, RateExceeded | None, Actor | None]:
        """The headers that tell of the limit, and the refusal if it is reached; whoever asks, if
        that is certain already.
        """
        kind, policy = self._kind_of(scope["method"], scope["path"])
        who: bytes | None = None
        actor: Actor | None = None
        if authorization is not None and kind not in _NO_MATTER_WHOSE:
            scheme, _, token = authorization.partition(b" ")
            if scheme.lower() == b"bearer" and (token := token.strip()):
                known = self._tokens().known(token.decode("latin-1"))
                if known is None:
                    policy = self._policies["network-tokens"]
                else:
                    bearer, is_certain = known
                    policy, who = self._of_bearer(kind, bearer)
                    if is_certain and isinstance(bearer, Actor):
                        actor = bearer
        if policy is None:
            return (), None, actor
        if who is None:
            client = scope["client"]
            who = _network_key(client[0] if client else "")
        room_s = policy.spend(who)
        if room_s < 0:
            return *_refused(policy, max(1, ceil(-room_s))), None
        window_s = policy.window_s
        left, full_s = int(room_s / policy.interval_s), ceil(window_s - room_s)
        return _told(policy.name, policy.burst, window_s, left, full_s), None, actor

    def _find_kind(self, method: str, path: str) -> tuple[RateClass, Policy | None]:
        """With the policy for those who show no token."""
        kind = class_of(method, path)
        if kind is RateClass.NOTICE:
            return kind, None
        if kind is RateClass.RENEWAL:
            return kind, self._policies["network-tokens"]
        return kind, self._policies.get(f"network-{kind}", self._policies["network-write"])

    def _of_bearer(self, kind: RateClass, bearer: Actor | Device) -> tuple[Policy | None, bytes]:
        policies = self._policies
        if isinstance(bearer, Device):
            name = "device-scan" if kind is RateClass.SCAN else "device-other"
            return policies[name], b"d" + bearer.scanner_id.bytes
        tier = tier_of(bearer)
        if tier is None:
            policy = policies.get(f"user-{kind}", policies["user-write"])
            return policy, b"u" + bearer.user_id.bytes
        # Whoever has many keys has one bucket, so it is the organisation's and not the key's.
        who = b"k" + next(iter(bearer.memberships), bearer.user_id).bytes
        if kind is RateClass.EXPORT:
            return policies["key-export"], who
        if tier == UNLIMITED:
            return None, who
        return policies.get(f"key-{tier}", policies[f"key-{STANDARD}"]), who


def _refused(policy: Policy, wait_s: int) -> tuple[Told, RateExceeded]:
    refusal = RateExceeded(
        f"The limit {policy.name} is reached; come back in {wait_s} s.",
        limit=policy.name,
        retry_after=wait_s,
    )
    return _told(policy.name, policy.burst, policy.window_s, 0, wait_s), refusal


@lru_cache(maxsize=2_048)
def _told(name: str, burst: int, window_s: float, left: int, again_s: int) -> Told:
    """As draft-ietf-httpapi-ratelimit-headers has it: the quota of a bucket is its size, and its
    window the time in which it runs dry.
    """
    policy = f'"{name}";q={burst};w={ceil(window_s)}'
    return (
        (b"ratelimit-policy", policy.encode()),
        (b"ratelimit", f'"{name}";r={left};t={max(again_s, 1)}'.encode()),
    )


@lru_cache(maxsize=16_384)
def _network_key(address: str) -> bytes:
    return b"n" + network_of(address).encode()
