"""What kind of request it is, as far as limits are concerned: by its route, however it is spelled.

As the router does, this sees neither trailing nor doubled slashes; the server has decoded the
path. What is no route at all is a read or a write like any other.
"""

from enum import StrEnum

API = ("api", "v1")
READS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


class RateClass(StrEnum):
    CATALOGUE = "catalogue"
    """What a crowd looks at: events, their tickets, the documentation."""
    READ = "read"
    WRITE = "write"
    AUTH = "auth"
    """Signing in and up, for people and scanners: dear, and what guessing begins with."""
    RENEWAL = "renewal"
    """Going on with a session: every client does it now and then, many from one network."""
    ORDER = "order"
    """Carts, orders and payments."""
    QUEUE = "queue"
    """Waiting rooms, whose visitors ask again every few seconds because we told them to."""
    SCAN = "scan"
    EXPORT = "export"
    HEALTH = "health"
    NOTICE = "notice"
    """Webhooks: signed by who sends them, and coming as often as people pay."""


_PUBLIC = frozenset({"", "docs", "openapi.json"})
_EVENT_PAGES = frozenset({"ticket-types", "availability"})
_PURCHASES = frozenset({"cart", "orders", "payments"})
_RENEWALS = frozenset({"refresh", "logout"})
_SIGNING_IN = frozenset({"auth", "oauth"})


def class_of(method: str, path: str) -> RateClass:
    words = tuple(word for word in path.split("/") if word)
    if words[:2] == API:
        words = words[2:]
    first, last = (words[0], words[-1]) if words else ("", "")
    if first == "health":
        return RateClass.HEALTH
    if last == "queue":
        return RateClass.QUEUE
    return _read(words, first, last) if method in READS else _write(first, last)


def _read(words: tuple[str, ...], first: str, last: str) -> RateClass:
    if last in ("export", "exports"):
        return RateClass.EXPORT
    if first in _PUBLIC or last == "availability":
        return RateClass.CATALOGUE
    if first == "events" and (len(words) < 3 or words[2] in _EVENT_PAGES):
        return RateClass.CATALOGUE
    return RateClass.READ


def _write(first: str, last: str) -> RateClass:
    if first == "webhooks" or (first == "payments" and last == "webhook"):
        return RateClass.NOTICE
    if first in _SIGNING_IN or (first == "scanners" and last == "auth"):
        return RateClass.RENEWAL if last in _RENEWALS else RateClass.AUTH
    if first in ("scanners", "scanner") and last in ("scan", "validate"):
        return RateClass.SCAN
    if last in ("export", "exports"):
        return RateClass.EXPORT
    return RateClass.ORDER if first in _PURCHASES else RateClass.WRITE
