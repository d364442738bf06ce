"""What is a person's own is done by no key and seen by no application that was not let see it."""

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from entrypoints.http.access import Caller, access_to
from tests.conftest import VirtualClock
from tests.http.isolation.test_every_operation import CALLED, RECIPE_OF, story
from tests.http.oauth_scene import an_app
from tests.http.repeating import Write, a_world

Client = AsyncTestClient[Litestar]

THEIRS = {Caller.PERSON, Caller.HOLDER, Caller.PLATFORM}
ALSO_OF_KEYS = {"list_organizations"}
"""A key has an organisation, its own."""


def is_theirs_alone(name: str) -> bool:
    access = access_to(story(name))
    return access.caller in THEIRS and access.permission is None and story(name) not in ALSO_OF_KEYS


@pytest.mark.parametrize("name", [name for name in CALLED if is_theirs_alone(name)])
async def test_nobody_does_it_for_them(name: str, client: Client, clock: VirtualClock) -> None:
    world = await a_world(client, clock)
    keys = f"/organizations/{world.organization}/api-keys"
    key = await world.ask("POST", keys, world.promoter, {"name": "Till", "scopes": ["events_view"]})
    application = await (await an_app(world)).tokens(world.buyer, "events_view")
    write = await RECIPE_OF[name](world)

    for token in (key["secret"], application["access_token"]):
        answer = await Write(write.method, write.path, token, write.json).send(client)

        assert (answer.status_code, answer.json()["code"]) == (403, "person_required")


async def test_nobody_leaves_for_them(client: Client, clock: VirtualClock) -> None:
    """To remove a member takes a permission, and to leave takes none: people alone leave."""
    world = await a_world(client, clock)
    leaving = await RECIPE_OF["remove_member"](world)
    app = await an_app(world)
    token = (await app.tokens(world.buyer, "events_view"))["access_token"]

    answer = await Write("DELETE", leaving.path, token).send(client)

    assert (answer.status_code, answer.json()["code"]) == (403, "person_required")
    mine = await world.ask("GET", "/organizations", world.buyer)
    assert [one["id"] for one in mine["items"]] == [world.organization]
    assert (await Write("DELETE", leaving.path, world.buyer).send(client)).status_code == 204
