"""Repeats a use case whose transaction lost a race; it is safe because nothing remote happens
inside.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from application.shared.transaction import Contention
from domain.shared.errors import StaleVersion

P = ParamSpec("P")
R = TypeVar("R")

ATTEMPTS_MAX = 3


def retrying(
    call: Callable[P, Awaitable[R]],
    *,
    but: tuple[type[Exception], ...] = (),
    attempts: int = ATTEMPTS_MAX,
) -> Callable[P, Awaitable[R]]:
    """The same call, tried a few times when it meets StaleVersion or Contention.

    What is in `but` is raised at once.
    """

    @wraps(call)
    async def retried(*args: P.args, **kwargs: P.kwargs) -> R:
        for attempt in range(1, attempts):
            try:
                return await call(*args, **kwargs)
            except (StaleVersion, Contention) as lost:
                if isinstance(lost, but):
                    raise
                await asyncio.sleep(0.005 * 2**attempt * (0.5 + random.random()))
        return await call(*args, **kwargs)

    return retried
