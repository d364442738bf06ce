"""What every answer tells browsers and caches, unless the route says otherwise: nothing may be
framed, run, guessed at, kept, or told to the next page.
"""

from collections.abc import Iterable, Sequence

Header = tuple[bytes, bytes]

DOCS_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
    " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""Of the documentation: its own scripts, and the styles that they write."""

_YEAR_S = 365 * 24 * 60 * 60
_ALWAYS: tuple[Header, ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
)
_KEPT_NOWHERE: Header = (b"cache-control", b"no-store")


class SafeHeaders:
    def __init__(self, *, is_https: bool) -> None:
        """`is_https` is about the address that buyers see."""
        strict = (b"strict-transport-security", b"max-age=%d" % _YEAR_S)
        self.defaults = (*_ALWAYS, *([strict] if is_https else []))
        self._all = (*self.defaults, _KEPT_NOWHERE)
        self._names = frozenset(name for name, _ in self._all)

    def around(self, headers: Iterable[Header], more: Sequence[Header]) -> list[Header]:
        """The answer's own headers, those that are missing, and `more`."""
        names = self._names
        said = [name for name, _ in headers if name in names]
        if not said:
            return [*headers, *self._all, *more]
        if said == [b"cache-control"]:  # All that most routes say.
            return [*headers, *self.defaults, *more]
        return [*headers, *(one for one in self._all if one[0] not in said), *more]
