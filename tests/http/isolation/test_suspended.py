"""Every operation of members, called by the owner of an organisation that is suspended (TN-11)."""

from uuid import UUID

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from domain.shared.ids import OrganizationId
from entrypoints.container import Container
from entrypoints.http.access import ENDS_ACCESS, Caller, access_to, is_open_while_suspended
from tests.http.isolation.conftest import Town
from tests.http.isolation.ledger import Connection, holdings
from tests.http.isolation.test_every_operation import CALLED, RECIPE_OF, story

Client = AsyncTestClient[Litestar]

OF_MEMBERS = [
    name
    for name in CALLED
    if access_to(story(name)).caller is Caller.MEMBER and access_to(story(name)).permission
]


@pytest.mark.parametrize("name", OF_MEMBERS)
async def test_its_owner_looks_and_shuts_the_door_and_changes_nothing_else(
    name: str, town: Town, client: Client, container: Container, owner_connection: Connection
) -> None:
    world = town.house
    write = await RECIPE_OF[name](world)
    owner_connection.execute(
        "update organizations set status = 'suspended' where id = %s", [world.organization]
    )
    container.identity.access_tokens().forget_organization(OrganizationId(UUID(world.organization)))
    before = holdings(owner_connection, world.organization)

    answer = await write.send(client)

    if is_open_while_suspended(story(name), write.method):
        assert answer.status_code < 400 or answer.status_code == 409, answer.text
    else:
        assert (answer.status_code, answer.json()["code"]) == (403, "organization_suspended")
        assert holdings(owner_connection, world.organization) == before


def test_what_ends_access_is_served_and_written() -> None:
    writes = {story(name) for name in OF_MEMBERS}
    assert writes >= ENDS_ACCESS
