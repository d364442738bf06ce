"""A transaction that is over."""

import gc
import weakref
from contextlib import suppress

import pytest

from adapters.postgres.database import Database
from adapters.postgres.identity.accounts import PostgresAccountTransaction
from adapters.postgres.sales.store import PostgresSalesTransaction
from adapters.postgres.transaction import PostgresTransaction
from application.shared.scope import PUBLIC
from domain.shared.errors import Conflict


@pytest.mark.parametrize("kind", [PostgresAccountTransaction, PostgresSalesTransaction])
@pytest.mark.parametrize("is_refused", [False, True])
async def test_nothing_is_left_for_the_garbage_collector(
    postgres: Database, kind: type[PostgresTransaction], is_refused: bool
) -> None:
    async def one() -> "weakref.ref[PostgresTransaction]":
        over = None
        with suppress(Conflict):
            async with postgres.beginner(kind)(PUBLIC) as tx:
                over = weakref.ref(tx)
                if is_refused:
                    raise Conflict("Refused.")
        assert over is not None
        return over

    gc.disable()
    try:
        assert (await one())() is None
    finally:
        gc.enable()


async def test_nobody_asks_it_any_more(postgres: Database) -> None:
    async with postgres.beginner(PostgresTransaction)(PUBLIC) as tx:
        assert tx.scope is PUBLIC

    with pytest.raises(AttributeError):
        _ = tx.scope
