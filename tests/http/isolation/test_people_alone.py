"""What is a person's own is done by no key and seen by no application that was not let see it."""

import pytest

from entrypoints.http.access import Caller, access_to
from tests.http.isolation.lent import PERMISSIONS, Lent
from tests.http.isolation.test_every_operation import CALLED, RECIPE_OF, story
from tests.http.repeating import Write

THEIRS = {Caller.PERSON, Caller.HOLDER, Caller.PLATFORM}
ALSO_OF_KEYS = {"list_organizations"}
"""A key has an organisation, its own."""


def is_theirs_alone(name: str) -> bool:
    access = access_to(story(name))
    return access.caller in THEIRS and access.permission is None and story(name) not in ALSO_OF_KEYS


@pytest.mark.parametrize("name", [name for name in CALLED if is_theirs_alone(name)])
async def test_nobody_does_it_for_them(name: str, lent: Lent) -> None:
    """Not even with every permission that there is."""
    world = lent.world
    write = await RECIPE_OF[name](world)
    key = await lent.key(PERMISSIONS)
    application = await lent.of_a_person(world.buyer, PERMISSIONS)

    for who in (key, application):
        answer = await Write(write.method, write.path, who.token, write.json).send(world.client)

        assert (answer.status_code, answer.json()["code"]) == (403, "person_required")


async def test_nobody_leaves_for_them(lent: Lent) -> None:
    """To remove a member takes a permission, and to leave takes none: people alone leave."""
    world = lent.world
    leaving = await RECIPE_OF["remove_member"](world)
    application = await lent.of_a_person(world.buyer, frozenset({"events_view"}))

    answer = await Write("DELETE", leaving.path, application.token).send(world.client)

    assert (answer.status_code, answer.json()["code"]) == (403, "person_required")
    mine = await world.ask("GET", "/organizations", world.buyer)
    assert world.organization in [one["id"] for one in mine["items"]]
    assert (await Write("DELETE", leaving.path, world.buyer).send(world.client)).status_code == 204
