"""Every operation, called by keys and applications that have every scope but the one it names.

None of them gets in, nothing of the organisation changes, and with that scope they do get in.
"""

from typing import Any

import msgspec
import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from application.shared.actor import Actor, authorize
from domain.identity.api_key import GRANTABLE
from domain.shared.permissions import PersonalScope
from entrypoints.container import Container
from entrypoints.http.access import Caller, access_to
from tests.conftest import VirtualClock
from tests.http.isolation.cast import Character
from tests.http.isolation.conftest import HOUSE
from tests.http.isolation.ledger import Connection, holdings
from tests.http.isolation.test_every_operation import (
    CALLED,
    OPEN,
    RECIPE_OF,
    as_said_by,
    story,
)
from tests.http.oauth_scene import App, an_app
from tests.http.repeating import World, a_world

Client = AsyncTestClient[Litestar]

PERMISSIONS = frozenset(one.value for one in GRANTABLE)
OWN = frozenset(one.value for one in PersonalScope)

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


def scopes_of(name: str) -> frozenset[str]:
    """Each of these alone opens it, to whom it can be given."""
    access = access_to(story(name))
    return frozenset(one.value for one in (access.permission, access.own) if one is not None)


async def a_key(world: World, container: Container, scopes: frozenset[str]) -> Character:
    path = f"/organizations/{world.organization}/api-keys"
    body = {"name": "Till", "scopes": sorted(scopes & PERMISSIONS)}
    key = Character("a key", (await world.ask("POST", path, world.promoter, body))["secret"])
    # Its first use is written down; the next one within a minute is not.
    await world.ask("GET", "/organizations", key.token)
    await container.key_bearers.uses().close()
    return key


async def of_a_person(app: App, person: str, scopes: frozenset[str]) -> Character:
    """Let in by somebody who may do it."""
    tokens = await app.tokens(person, " ".join(sorted(scopes)))
    return Character("an application", str(tokens["access_token"]))


async def itself(app: App, scopes: frozenset[str]) -> Character:
    scope = " ".join(sorted(scopes & PERMISSIONS))
    tokens = (await app.ask(grant_type="client_credentials", scope=scope)).json()
    return Character("an application for itself", tokens["access_token"])


async def everybody(
    world: World, container: Container, app: App, person: str, scopes: frozenset[str]
) -> list[Character]:
    return [
        await of_a_person(app, person, scopes),
        await a_key(world, container, scopes),
        await itself(app, scopes),
    ]


@pytest.mark.parametrize("name", SCOPED)
async def test_nobody_gets_in_without_the_scope_that_it_names(
    name: str,
    client: Client,
    clock: VirtualClock,
    container: Container,
    owner_connection: Connection,
) -> None:
    world = await a_world(client, clock, HOUSE)
    app = await an_app(world, scopes=sorted(PERMISSIONS | OWN))
    write = await RECIPE_OF[name](world)
    # A scanner lets nobody in: there it is the owner's application that scans.
    person = write.token if story(name) != "record_scan" else world.promoter
    every, named = PERMISSIONS | OWN, scopes_of(name)
    lacking = await everybody(world, container, app, person, every - named)
    having = await everybody(world, container, app, person, every)
    before = holdings(owner_connection, world.organization)

    for who in lacking:
        answer = await as_said_by(who, write).send(client)
        assert answer.status_code in (403, 404), f"{who.name}: {answer.status_code} {answer.text}"
        assert holdings(owner_connection, world.organization) == before, who.name

    for who, can_be_given in zip(having, (every, PERMISSIONS, PERMISSIONS), strict=True):
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
    client: Client,
    clock: VirtualClock,
    container: Container,
    owner_connection: Connection,
) -> None:
    monkeypatch.setattr(where, mutant)

    with pytest.raises(AssertionError):
        await test_nobody_gets_in_without_the_scope_that_it_names(
            name, client, clock, container, owner_connection
        )


async def test_an_application_that_sees_a_person_sees_no_organisation_of_theirs(
    client: Client, clock: VirtualClock
) -> None:
    world = await a_world(client, clock, HOUSE)
    app = await an_app(world, scopes=sorted(PERMISSIONS | OWN))
    who = await of_a_person(app, world.promoter, OWN)

    listed = await app.get("/organizations", who.token)
    shown = await app.get(f"/organizations/{world.organization}", who.token)

    assert listed.json()["items"] == []
    assert shown.status_code == 404
