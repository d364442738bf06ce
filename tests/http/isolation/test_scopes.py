"""Every operation, called by keys and applications that have every scope but the one it names.

None of them gets in, nothing of the organisation changes, and with that scope they do get in.
"""

from typing import Any

import msgspec
import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from application.shared.actor import Actor, authorize
from entrypoints.http.access import Caller, access_to
from tests.http.isolation.ledger import Connection, holdings
from tests.http.isolation.lent import EVERY, OWN, PERMISSIONS, Lent, scopes_of
from tests.http.isolation.test_every_operation import (
    CALLED,
    OPEN,
    RECIPE_OF,
    as_said_by,
    story,
)
from tests.http.repeating import World

Client = AsyncTestClient[Litestar]

THEIR_ORGANIZATION = {"list_organizations", "get_organization"}
"""Whoever works for an organisation at all may see which one it is."""
WITHOUT_A_TOKEN = {"start_provider_login", "verify_second_factor"}
"""As these recipes call them, no token is looked at."""


def is_for_anybody(name: str) -> bool:
    access = access_to(story(name))
    if access.caller is Caller.VISITOR and access.permission is None:
        return False  # Guests and people: who buys, waits or holds a cart.
    return access.caller in OPEN and not name.endswith(":draft")


SCOPED = [
    name
    for name in CALLED
    if not is_for_anybody(name) and story(name) not in THEIR_ORGANIZATION | WITHOUT_A_TOKEN
]


@pytest.mark.parametrize("name", SCOPED)
async def test_nobody_gets_in_without_the_scope_that_it_names(
    name: str, lent: Lent, client: Client, owner_connection: Connection
) -> None:
    world = lent.world
    write = await RECIPE_OF[name](world)
    # A scanner lets nobody in: there it is the owner's application that scans.
    person = write.token if story(name) != "record_scan" else world.promoter
    named = scopes_of(story(name))
    lacking = await lent.everybody(person, EVERY - named)
    having = await lent.everybody(person, EVERY)
    before = holdings(owner_connection, world.organization)

    for who in lacking:
        answer = await as_said_by(who, write).send(client)
        assert answer.status_code in (403, 404), f"{who.name}: {answer.status_code} {answer.text}"
        assert holdings(owner_connection, world.organization) == before, who.name

    for who, can_be_given in zip(having, (EVERY, PERMISSIONS, PERMISSIONS), strict=True):
        answer = await as_said_by(who, write).send(client)
        if not named & can_be_given or (who is having[0] and is_only_seen(name, person, world)):
            assert answer.status_code in (403, 404), f"{who.name}: {answer.status_code}"
        else:  # The second and the third may find it done.
            assert answer.status_code not in (401, 403), f"{who.name}: {answer.text}"


def is_only_seen(name: str, person: str, world: World) -> bool:
    """What its owner may change as a person; an application shows it at most."""
    access = access_to(story(name))
    return access.caller is Caller.HOLDER and access.own is None and person != world.promoter


def _any_scope(actor: Actor, *args: Any, **event: Any) -> None:
    """Forgets to look at what the credential may do."""
    authorize(msgspec.structs.replace(actor, powers=None), *args, **event)


def _shows_all(*_: Any) -> None:
    """Forgets to ask what the person let the application see."""


@pytest.mark.parametrize(
    ("name", "where", "mutant"),
    [
        ("create_venue", "application.venues.create_venue.authorize", _any_scope),
        ("list_members", "entrypoints.http.identity.organizations.authorize", _any_scope),
        ("get_me", "entrypoints.http.identity.auth.authorize_own", _shows_all),
        ("get_preferences", "entrypoints.http.bearer.authorize_person", _shows_all),
    ],
)
async def test_a_scope_that_nobody_asks_for_is_noticed(
    name: str,
    where: str,
    mutant: Any,
    monkeypatch: pytest.MonkeyPatch,
    lent: Lent,
    client: Client,
    owner_connection: Connection,
) -> None:
    monkeypatch.setattr(where, mutant)

    with pytest.raises(AssertionError):
        await test_nobody_gets_in_without_the_scope_that_it_names(
            name, lent, client, owner_connection
        )


async def test_an_application_that_sees_a_person_sees_no_organisation_of_theirs(
    lent: Lent,
) -> None:
    who = await lent.of_a_person(lent.world.promoter, OWN)

    listed = await lent.app.get("/organizations", who.token)
    shown = await lent.app.get(f"/organizations/{lent.world.organization}", who.token)

    assert listed.json()["items"] == []
    assert shown.status_code == 404
