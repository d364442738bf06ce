"""Which pages of other origins may use the API from a browser (CORS).

There are no cookies, so no answer ever allows credentials. An origin that is named in the settings
may do everything; `*` lets all others read what is public, and send neither tokens nor secrets.
"""

from collections.abc import Mapping

from entrypoints.door_settings import EVERYBODY

Headers = tuple[tuple[bytes, bytes], ...]

_TOLD = (
    b"etag, location, retry-after, ratelimit, ratelimit-policy, x-request-id,"
    b" idempotency-replayed, age"
)
_ASKED = (
    b"authorization, content-type, idempotency-key, if-none-match, x-request-id, x-cart-token,"
    b" x-order-secret, x-waiting-secret, x-admission-pass, x-visitor"
)
_ASKED_BY_EVERYBODY = b"if-none-match, x-request-id"
_REMEMBERED = (b"access-control-max-age", b"600")
_VARY = (b"vary", b"Origin")


class CrossOrigin:
    """Origins are compared whole and as they are: no suffix, no pattern, no `null`."""

    def __init__(self, origins: frozenset[str]) -> None:
        self._named: Mapping[bytes, tuple[bytes, bytes]] = {
            origin.encode(): (b"access-control-allow-origin", origin.encode())
            for origin in origins - {EVERYBODY}
        }
        self._is_open = EVERYBODY in origins
        self.usual: Headers = (_VARY,) if self._named else ()
        """For requests that name no origin: a cache must not take their answer for one."""

    def told(self, given: Mapping[bytes, bytes]) -> Headers:
        """Of the answer to a request from the origin that it names."""
        named = self._named.get(given[b"origin"])
        if named is not None:
            return (named, (b"access-control-expose-headers", _TOLD), _VARY)
        if self._is_open and b"authorization" not in given:
            anybody = (b"access-control-allow-origin", b"*")
            return (anybody, (b"access-control-expose-headers", _TOLD), *self.usual)
        return self.usual

    def preflight(self, given: Mapping[bytes, bytes]) -> Headers | None:
        """What a browser may send from there, whatever the route; None if nothing."""
        named = self._named.get(given[b"origin"])
        if named is not None:
            methods, headers = b"GET, HEAD, POST, PUT, PATCH, DELETE", _ASKED
        elif self._is_open:
            named = (b"access-control-allow-origin", b"*")
            methods, headers = b"GET, HEAD", _ASKED_BY_EVERYBODY
        else:
            return None
        return (
            named,
            (b"access-control-allow-methods", methods),
            (b"access-control-allow-headers", headers),
            _REMEMBERED,
            (b"vary", b"Origin, Access-Control-Request-Method, Access-Control-Request-Headers"),
        )
