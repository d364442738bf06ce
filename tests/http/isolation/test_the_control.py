"""With a check taken away the proof must fail: a proof that cannot is none."""

from collections.abc import Callable
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from application.shared.actor import Actor, authorize
from entrypoints.container import Container
from tests.conftest import VirtualClock
from tests.http.isolation.conftest import Town
from tests.http.isolation.ledger import Connection
from tests.http.isolation.test_every_operation import test_it_is_for_whom_the_table_says as proof

Client = AsyncTestClient[Litestar]


def _anything(*_: Any, **__: Any) -> None:
    """Authorizes everybody."""


def _any_role(actor: Actor, permission: Any, organization_id: Any, **event: Any) -> None:
    """Forgets to look at the role: strangers stay strangers."""
    if organization_id not in actor.memberships:
        authorize(actor, permission, organization_id, **event)


@pytest.mark.parametrize(
    ("name", "where"),
    [
        ("update_event", "application.catalogue.event_access"),
        ("create_venue", "application.venues.create_venue"),
        # Asked about lists and about several events, it is `authorize` that answers.
        ("list_orders", "application.shared.actor"),
        ("register_scanner", "application.shared.actor"),
        ("remove_member", "application.identity.remove_member"),
    ],
)
@pytest.mark.parametrize("mutant", [_anything, _any_role])
async def test_a_check_that_is_missing_is_noticed(
    name: str,
    where: str,
    mutant: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
    town: Town,
    client: Client,
    clock: VirtualClock,
    container: Container,
    owner_connection: Connection,
) -> None:
    monkeypatch.setattr(f"{where}.authorize", mutant)

    with pytest.raises((AssertionError, KeyError)):
        await proof(name, town, client, clock, container, owner_connection)
