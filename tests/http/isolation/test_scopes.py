"""Every operation, called by keys and applications that have every scope but the one it names.

None of them gets in, nothing of the organisation changes, and with that scope they do get in.
Writes are also called with that scope alone: what is done is not answered with a refusal.
"""

from typing import Any

import msgspec
import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from application.shared.actor import Actor, authorize
from domain.identity.api_key import GRANTABLE
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
from tests.http.repeating import AN_EVENT, World
from tests.http.test_every_write_repeats import WRITES

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
WRITTEN = [
    name for name in SCOPED if name in WRITES and access_to(story(name)).permission in GRANTABLE
]
"""What keys and applications change."""


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


@pytest.mark.parametrize("name", WRITTEN)
async def test_whoever_may_write_is_not_told_that_it_failed(
    name: str, lent: Lent, client: Client, owner_connection: Connection
) -> None:
    """With the scope that it names and no other: no permission to see is needed for the answer."""
    world = lent.world
    write = await RECIPE_OF[name](world)
    of_a_person, key, itself = await lent.everybody(world.promoter, scopes_of(story(name)))

    answer = await as_said_by(key, write).send(client)
    assert answer.status_code < 300, f"{key.name}: {answer.status_code} {answer.text}"

    for who in (of_a_person, itself):  # They may find it done, and then it is not done again.
        before = holdings(owner_connection, world.organization)
        answer = await as_said_by(who, write).send(client)
        is_unchanged = holdings(owner_connection, world.organization) == before
        assert answer.status_code < 300 or is_unchanged, f"{who.name}: {answer.text}"


async def test_whoever_may_write_alone_is_shown_that_and_no_more(lent: Lent) -> None:
    world = lent.world
    key = await lent.key(frozenset({"events_edit"}))

    made = await world.ask("POST", "/events", key.token, AN_EVENT | world.of_mine)

    assert made["status"] == "draft"
    await world.ask("GET", f"/events/{made['id']}", key.token, expected=404)
    listed = await world.ask("GET", f"/events?organizationId={world.organization}", key.token)
    assert made["id"] not in [event["id"] for event in listed["items"]]


async def test_a_draft_is_shown_to_whoever_may_only_change_it(lent: Lent) -> None:
    world = lent.world
    path = f"/events/{await world.draft()}"
    editor = await lent.key(frozenset({"events_edit"}))
    publisher = await lent.key(frozenset({"events_publish"}))

    changed = await world.ask("PATCH", path, editor.token, {"name": "Other"})
    kind = {"name": "Seat", "price": "10.00", "quantity": 5}
    offered = await world.ask("POST", f"{path}/ticket-types", editor.token, kind)
    other = {"name": "Chair"}
    renamed = await world.ask("PATCH", f"{path}/ticket-types/{offered['id']}", editor.token, other)
    cancelled = await world.ask("POST", f"{path}/cancel", publisher.token)

    assert (changed["name"], offered["name"], renamed["name"]) == ("Other", "Seat", "Chair")
    assert cancelled["status"] == "cancelled"


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
