"""Answers a repeated request with the outcome of the first one."""

from collections.abc import Awaitable, Callable
from functools import cache, wraps
from inspect import unwrap
from types import NoneType
from typing import Any, ParamSpec, TypeVar, get_type_hints

import msgspec

from application.shared.idempotency import (
    AlreadyDone,
    FirstRequests,
    KeyedRequest,
    KeyInFlight,
    KeyReused,
)
from domain.shared.errors import DomainError, Forbidden, NotFound, Unauthenticated, Unavailable

P = ParamSpec("P")
R = TypeVar("R")

_FINAL = (Unauthenticated, Forbidden, Unavailable, KeyReused, KeyInFlight)


def repeatable(
    call: Callable[P, Awaitable[R]], first_requests: FirstRequests
) -> Callable[P, Awaitable[R]]:
    """The same use case: a repeat is told what the first request was told, and changes nothing.

    Whoever may not do it any more is refused as always: use cases look at that before they begin.
    """
    story: Any = type(unwrap(call))
    kind = _hints_of(story).get("return", NoneType)

    @wraps(call)
    async def repeated(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return await call(*args, **kwargs)
        except AlreadyDone as done:
            answer: R = msgspec.convert(done.outcome, kind)
            return answer
        except DomainError as refusal:
            # The first request may have changed what is looked at before a transaction begins: what
            # it removed is gone, what it bought is sold.
            keyed = _keyed_in((*args, *kwargs.values()))
            if keyed is None or keyed.is_taken:
                raise
            if isinstance(refusal, _FINAL) or _is_hidden(refusal):
                raise
            first = await first_requests.find([keyed.key])
            if not first:
                raise
            try:
                first_answer: R = msgspec.convert(keyed.told(first[keyed.key]), kind)
            except msgspec.ValidationError:
                keyed.is_repeat = False
                raise refusal from None
            return first_answer

    return repeated


def is_use_case(found: object) -> bool:
    """Whether a container's thing is a story of the application, and not a query or an adapter."""
    story: Any = type(unwrap(found)) if callable(found) else NoneType
    hints = _hints_of(story) if story.__module__.startswith("application.") else {}
    # A lane for any commands answers anything; what runs in it claims the keys of its batch itself.
    return "return" in hints and not isinstance(hints["return"], TypeVar)


def _is_hidden(refusal: DomainError) -> bool:
    """True if the thing is there, but this actor must not know of it (`authorize`)."""
    return type(refusal) is NotFound or isinstance(refusal.__cause__, NotFound)


def _keyed_in(arguments: tuple[object, ...]) -> KeyedRequest | None:
    """The request that some argument carries: the actor, or a visitor with or without one."""
    for argument in arguments:
        for bearer in (argument, getattr(argument, "actor", None)):
            keyed = getattr(bearer, "keyed", None)
            if isinstance(keyed, KeyedRequest):
                return keyed
    return None


@cache
def _hints_of(story: type[Any]) -> dict[str, Any]:
    try:
        return get_type_hints(story.__call__)
    except (AttributeError, NameError):
        return {}
