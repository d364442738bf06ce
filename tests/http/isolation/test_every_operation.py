"""Every operation of the published API, called by everybody (TN-01, TN-11, TN-13).

Strangers find nothing (404), members whose role does not allow it are told so (403), nobody is
asked to sign in (401); none of them reads anything of the organisation, and nothing of it changes.
Whoever may do it is not refused. What is expected follows from the table of who may call what.
"""

from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from domain.shared.permissions import BUNDLES
from entrypoints.container import Container
from entrypoints.http.access import ACCESS, Caller, access_to
from tests.conftest import VirtualClock
from tests.http.isolation.cast import Cast, Character, gather
from tests.http.isolation.conftest import HOUSE, Town
from tests.http.isolation.ids import ids_in
from tests.http.isolation.ledger import Connection, canaries, holdings
from tests.http.isolation.reads import READS
from tests.http.repeating import RECIPES, Write, a_world
from tests.http.test_every_write_repeats import PROCESSORS, WRITES, published

Client = AsyncTestClient[Litestar]

OPEN = {Caller.EVERYBODY, Caller.VISITOR, Caller.PROCESSOR}

ABOUT_NOBODYS = {"validate_promo_code", "show_consent", "allow_application"}
"""For any signed-in person, although there are ids in it: public ones."""
ANSWERED = {"record_scan"}
"""A foreign ticket is an answer at the door, not a refusal: `refused`, and no word about it."""

OPERATIONS = {
    operation["operationId"]
    for operations in published()["paths"].values()
    for operation in operations.values()
}
RECIPE_OF = {**RECIPES, **READS}
CALLED = sorted(RECIPE_OF.keys() - PROCESSORS)


def test_every_operation_is_placed_and_called() -> None:
    """TN-13: what is served is what is documented, and each has its line and its recipe."""
    known = {name.partition("__alias_")[0] for name in OPERATIONS}

    assert known == set(ACCESS)
    assert not OPERATIONS - set(RECIPE_OF) - PROCESSORS, "tests/http/isolation/reads.py"


def story(name: str) -> str:
    return name.partition("__alias_")[0].partition(":")[0]


def may(name: str, who: Character, cast: Cast, write: Write) -> bool:
    """What the table says."""
    access = access_to(name.partition(":")[0])
    is_hidden = name.endswith(":draft")
    if access.caller in OPEN and not is_hidden:
        return True
    if who.role is not None and who in cast.members:
        if access.permission is not None:
            return access.permission in BUNDLES[who.role]
        return access.caller in (Caller.MEMBER, Caller.PERSON)
    if access.caller is Caller.PERSON and who in cast.strangers:
        return story(name) in ABOUT_NOBODYS or not ids_in(write)
    return False


def as_said_by(who: Character, write: Write) -> Write:
    return Write(write.method, write.path, who.token, write.json, {}, write.form)


def refusals_of(name: str, who: Character, cast: Cast) -> set[int]:
    if who.is_nobody or who is cast.device:
        return {401, 404}
    access = access_to(name.partition(":")[0])
    if access.caller is Caller.PLATFORM:  # Lists are known to be there; accounts are not.
        return {403, 404}
    is_theirs_alone = access.caller is Caller.HOLDER and access.permission is None
    return {403} if who in cast.members and not is_theirs_alone else {404}


@pytest.mark.parametrize("name", CALLED)
async def test_it_is_for_whom_the_table_says(
    name: str,
    town: Town,
    client: Client,
    clock: VirtualClock,
    container: Container,
    owner_connection: Connection,
) -> None:
    world, cast = town.house, town.cast
    write = await RECIPE_OF[name](world)
    before = holdings(owner_connection, world.organization)
    secret = canaries(owner_connection, world.organization, HOUSE)
    asked = f"{write.path} {write.json}"
    secret = {canary for canary in secret if canary not in asked}

    refused = [who for who in cast if not may(name, who, cast, write)]
    for who in refused:
        answer = await as_said_by(who, write).send(client)
        _is_refused(name, who, cast, answer)
        _tells_nothing(who, answer, secret)
        assert holdings(owner_connection, world.organization) == before, who.name
    is_open = access_to(name.partition(":")[0]).caller in OPEN and not name.endswith(":draft")
    for who in cast.members:
        if who not in refused and not is_open:
            answer = await as_said_by(who, write).send(client)
            if answer.status_code == 404:  # Somebody removed it just now.
                answer = await _in_another_world(name, who, client, clock, container)
            assert answer.status_code not in (401, 403, 404), f"{who.name}: {answer.text}"
    for who in cast if is_open else (cast.nobody, *cast.strangers):
        if who not in refused:
            answer = await as_said_by(who, write).send(client)
            _tells_nothing(who, answer, secret)
            assert answer.status_code < 500, answer.text


async def _in_another_world(
    name: str, who: Character, client: Client, clock: VirtualClock, container: Container
) -> Any:
    domain = f"{who.name.replace(' ', '-')}.example"
    world = await a_world(client, clock, domain)
    cast = await gather(world, await a_world(client, clock, f"not-{domain}"), container)
    twin = next(one for one in cast.members if one.role == who.role)
    return await as_said_by(twin, await RECIPE_OF[name](world)).send(client)


def _is_refused(name: str, who: Character, cast: Cast, answer: Any) -> None:
    if story(name) in ANSWERED and answer.status_code == 200:
        assert answer.json()["result"] == "refused", answer.text
        return
    expected = refusals_of(name, who, cast)
    if story(name) in ANSWERED:
        expected = expected | {403}
    assert answer.status_code in expected, f"{who.name}: {answer.status_code} {answer.text}"


def _tells_nothing(who: Character, answer: Any, secret: set[str]) -> None:
    told = f"{answer.text} {dict(answer.headers)}"
    leaked = sorted(canary for canary in secret if canary in told)
    assert not leaked, f"{who.name} was told {leaked}: {answer.text}"


def test_the_writes_are_those_of_the_repeats() -> None:
    assert WRITES.keys() - PROCESSORS <= RECIPE_OF.keys()


def test_two_worlds_do_not_mix(town: Town) -> None:
    """The harness itself: the second world is another organisation with other people."""
    assert town.house.organization != town.other.organization
    assert town.house.buyer != town.other.buyer
