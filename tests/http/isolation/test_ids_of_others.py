"""A rightful request with one id exchanged: for another organisation's, and for another event's of
the same organisation (TN-01). It is refused, tells nothing and changes nothing.
"""

from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from entrypoints.http.access import Caller, access_to
from tests.http.isolation.conftest import HOUSE, Town
from tests.http.isolation.ids import ids_in, with_id
from tests.http.isolation.ledger import Connection, canaries, holdings
from tests.http.isolation.test_every_operation import (
    ABOUT_NOBODYS,
    ANSWERED,
    OPEN,
    RECIPE_OF,
    story,
)
from tests.http.repeating import AN_EVENT, FLOOR, World
from tests.http.test_every_write_repeats import published

Client = AsyncTestClient[Litestar]

WITHOUT_IDS = {
    *("get_me", "log_out", "list_sessions", "revoke_sessions"),
    *("create_organization", "list_organizations"),
    *("list_identities", "link_identity"),
    *("accept_invitation", "list_my_invitations"),
    *("get_second_factor", "enable_second_factor", "disable_second_factor"),
    *("renew_recovery_codes", "list_passkeys", "prepare_passkey", "register_passkey"),
    "list_authorizations",
    *("resend_verification", "change_password", "change_email", "update_me", "delete_me"),
    *("get_preferences", "update_preferences", "export_me", "list_my_orders", "list_my_tickets"),
    # Administrators of the platform are strangers to nobody.
    *("list_users", "update_user", "delete_user"),
}
"""They are about whoever asks, and nothing can be exchanged in them."""
UNBOUND = OPEN | {Caller.PLATFORM}
"""Whoever may call these may do so about everybody."""
NAMES = sorted(
    name
    for name in RECIPE_OF
    if (access_to(name.partition(":")[0]).caller not in UNBOUND or name.endswith(":draft"))
    and story(name) not in ABOUT_NOBODYS | WITHOUT_IDS
)
PARTS = sorted(
    operation["operationId"]
    for path, operations in published()["paths"].items()
    for operation in operations.values()
    if "{event_id}" in path and path.count("{") > 1 and operation["operationId"] in NAMES
)
"""Operations whose path names an event and something of it."""
REFUSED = {403, 404, 409, 422}


@pytest.mark.parametrize("name", NAMES)
async def test_no_id_of_another_organisation_is_taken(
    name: str, town: Town, client: Client, owner_connection: Connection
) -> None:
    house = town.house
    theirs = await RECIPE_OF[name](house)
    assert ids_in(theirs), "Nothing can be exchanged: see WITHOUT_IDS."
    mine = await RECIPE_OF[name](town.other)
    before = holdings(owner_connection, house.organization)
    secret = canaries(owner_connection, house.organization, HOUSE) - set(ids_in(theirs))

    for position, id_ in enumerate(ids_in(theirs)):
        answer = await with_id(mine, position, id_).send(client)

        _is_refused(name, answer)
        assert not [canary for canary in secret if canary in answer.text], answer.text
        assert holdings(owner_connection, house.organization) == before


@pytest.mark.parametrize("name", PARTS)
async def test_nor_one_of_another_event(
    name: str, town: Town, client: Client, owner_connection: Connection
) -> None:
    house = town.house
    write = await RECIPE_OF[name](house)
    other = await _another_event(house)
    before = holdings(owner_connection, house.organization)

    answer = await with_id(write, ids_in(write).index(house.event), other).send(client)

    _is_refused(name, answer)
    assert holdings(owner_connection, house.organization) == before


async def _another_event(house: World) -> str:
    event = await house.ask("POST", "/events", house.promoter, AN_EVENT | house.of_mine)
    types = f"/events/{event['id']}/ticket-types"
    await house.ask("POST", types, house.promoter, FLOOR)
    await house.ask("POST", f"/events/{event['id']}/publish", house.promoter)
    return str(event["id"])


def _is_refused(name: str, answer: Any) -> None:
    if story(name) in ANSWERED and answer.status_code == 200:
        assert answer.json()["result"] == "refused", answer.text
    elif answer.status_code == 200 and "items" in answer.text:
        assert answer.json()["items"] == [], answer.text
    else:
        assert answer.status_code in REFUSED, f"{answer.status_code} {answer.text}"
