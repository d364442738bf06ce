"""TN-12: support sees the product as a person does, with a reason, for minutes, and is seen."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
import pytest_asyncio
from litestar import Litestar
from litestar.testing import AsyncTestClient

from domain.shared.ids import UserId
from entrypoints.container import Container
from entrypoints.http.access import ACCESS, CLOSED_IN_A_VISIT, OPEN_IN_A_VISIT
from entrypoints.http.request_keys import is_remembered
from tests.conftest import VirtualClock
from tests.http.factor_recipes import newcomer
from tests.http.isolation.cast import Character
from tests.http.isolation.reads import READS
from tests.http.isolation.test_every_operation import as_said_by
from tests.http.kept import Kept, forget
from tests.http.repeating import RECIPES, Json, World, a_world
from tests.http.test_every_write_repeats import PROCESSORS, WRITES, published
from tests.http.visit_recipes import WHY

Client = AsyncTestClient[Litestar]
VISITS = "/support-visits"


@dataclass
class Desk:
    """An administrator of the platform, and whom they may visit."""

    world: World
    admin: str
    ids: dict[str, str]

    async def visit(self, whom: str = "promoter", **changes: Any) -> Json:
        body = {"userId": self.ids[whom], "reason": WHY} | changes
        begun: Json = await self.world.ask("POST", VISITS, self.admin, body)
        return begun

    async def refusal(
        self, token: str, method: str, path: str, body: Any = None, **headers: str
    ) -> tuple[int, str]:
        sent = {"Authorization": f"Bearer {token}"} | headers
        answer = await self.world.client.request(method, f"/api/v1{path}", headers=sent, json=body)
        return answer.status_code, answer.json()["code"] if answer.status_code >= 400 else ""

    async def log(self, query: str = "") -> list[Json]:
        path = f"/organizations/{self.world.organization}/audit-log?limit=100{query}"
        found: list[Json] = (await self.world.ask("GET", path, self.world.promoter))["items"]
        return found


@pytest.fixture(scope="session")
def kept_desk() -> Kept[Desk]:
    return Kept()


@pytest_asyncio.fixture(loop_scope="session")
async def desk(
    kept_desk: Kept[Desk],
    client: Client,
    clock: VirtualClock,
    container: Container,
    owner_connection: psycopg.Connection[Any],
) -> Desk:
    async def make() -> Desk:
        return await _a_desk(await a_world(client, clock), container)

    kept = await kept_desk.again(owner_connection, make)
    forget([kept.world.event], container.settings().redis_url)
    return replace(kept, world=replace(kept.world, client=client, clock=clock))


async def _a_desk(world: World, container: Container) -> Desk:
    session = await newcomer(world, "desk")
    await container.identity.grant_platform_admin()(UserId(UUID(session["user"]["id"])))
    admin = session["accessToken"]
    people = {"promoter": world.promoter, "buyer": world.buyer, "admin": admin}
    ids = {
        name: (await world.ask("GET", "/auth/me", token))["id"] for name, token in people.items()
    }
    return Desk(world, admin, ids)


async def _another(desk: Desk, container: Container) -> str:
    """A second administrator."""
    session = await newcomer(desk.world, "another")
    await container.identity.grant_platform_admin()(UserId(UUID(session["user"]["id"])))
    token: str = session["accessToken"]
    return token


async def test_tn_12_a_visitor_sees_what_the_person_sees(desk: Desk) -> None:
    order = await desk.world.order()

    visit = await desk.visit("buyer", minutes=5)

    assert set(visit) == {"id", "userId", "reason", "startedAt", "endsAt", "accessToken"}
    assert (visit["userId"], visit["reason"]) == (desk.ids["buyer"], WHY)
    eyes = visit["accessToken"]
    assert (await desk.world.ask("GET", "/auth/me", eyes))["id"] == desk.ids["buyer"]
    assert (await desk.world.ask("GET", f"/orders/{order['id']}", eyes))["id"] == order["id"]
    foreign = f"/orders?organizationId={desk.world.organization}"
    assert (await desk.refusal(eyes, "GET", foreign))[0] == 404


async def test_tn_12_the_organisation_sees_its_beginning_and_its_end(
    desk: Desk, container: Container, clock: VirtualClock
) -> None:
    visit = await desk.visit(minutes=5)
    clock.advance(timedelta(minutes=5))

    assert await container.support_visits.close_support_visits()() == 1

    ended, started = await desk.log("&entity=support_visit")
    assert [started["action"], ended["action"]] == [
        "support_visit.started",
        "support_visit.ended",
    ]
    for entry in (started, ended):
        assert entry["entityId"] == visit["id"]
        assert entry["facts"]["visitorId"] == desk.ids["admin"]
        assert entry["facts"]["userId"] == desk.ids["promoter"]
        assert entry["facts"]["reason"] == WHY
    assert started["actor"] == {
        "kind": "platform_admin", "id": desk.ids["admin"], "name": None, "asUser": None,
    }  # fmt: skip
    assert started["ip"]


async def test_tn_12_what_a_visitor_corrects_is_theirs_in_the_log(desk: Desk) -> None:
    eyes = (await desk.visit())["accessToken"]

    await desk.world.ask("PATCH", f"/events/{desk.world.event}", eyes, {"name": "Put right"})

    [entry] = await desk.log(f"&entity=event&actorId={desk.ids['admin']}")
    assert (entry["action"], entry["after"]) == ("event.updated", {"name": "Put right"})
    assert entry["actor"] == {
        "kind": "platform_admin",
        "id": desk.ids["admin"],
        "name": None,
        "asUser": desk.ids["promoter"],
    }


async def test_tn_12_so_is_an_order_that_they_cancel(desk: Desk) -> None:
    order = await desk.world.order()
    eyes = (await desk.visit())["accessToken"]

    await desk.world.ask("POST", f"/orders/{order['id']}/cancel", eyes, {"reason": "As she asked"})

    [entry, *_] = await desk.log(f"&entity=order&entityId={order['id']}")
    assert entry["action"] == "order.cancelled"
    assert entry["actor"]["id"] == desk.ids["admin"]
    assert entry["actor"]["asUser"] == desk.ids["promoter"]


async def test_tn_12_the_person_sees_it_is_told_and_may_end_it(
    desk: Desk, container: Container, owner_connection: psycopg.Connection[Any]
) -> None:
    visit = await desk.visit("buyer")

    [seen, own] = (await desk.world.ask("GET", "/auth/sessions", desk.world.buyer))["items"]
    assert (seen["id"], seen["device"]) == (visit["id"], "Tixmo support")
    assert (seen["visitReason"], seen["ip"]) == (WHY, None)
    assert seen["expiresAt"] == visit["endsAt"]
    assert own["visitReason"] is None
    jobs = owner_connection.execute(
        "select queue_name, args ->> 'visit_id' from procrastinate_jobs"
        " where task_name = 'messaging.tell_of_visit'"
    ).fetchall()
    assert jobs == [("mail", visit["id"])]
    notice = await container.messaging.tell_of_visit().visits.of(visit["id"])
    assert (notice.email, notice.reason) == (desk.world.buyer_email, WHY)

    await desk.world.ask("DELETE", f"/auth/sessions/{visit['id']}", desk.world.buyer)

    assert await desk.refusal(visit["accessToken"], "GET", "/auth/me") == (401, "session_ended")


@pytest.mark.parametrize("which", ["/{id}", ""])
async def test_tn_12_the_organisation_sees_that_the_person_ended_it(
    desk: Desk, container: Container, which: str
) -> None:
    visit = await desk.visit()

    path = f"/auth/sessions{which.format(id=visit['id'])}"
    await desk.world.ask("DELETE", path, desk.world.promoter)
    assert await container.support_visits.close_support_visits()() == 1

    [ended, _started] = await desk.log("&entity=support_visit")
    assert ended["action"] == "support_visit.ended"
    assert (ended["actor"]["kind"], ended["actor"]["id"]) == ("person", desk.ids["promoter"])


async def test_tn_12_it_is_over_in_time_and_for_good(desk: Desk, clock: VirtualClock) -> None:
    visit = await desk.visit(minutes=1)
    clock.advance(timedelta(seconds=59))
    assert (await desk.refusal(visit["accessToken"], "GET", "/auth/me"))[0] == 200
    clock.advance(timedelta(seconds=1))

    assert await desk.refusal(visit["accessToken"], "GET", "/auth/me") == (401, "session_ended")
    clock.advance(timedelta(seconds=10))
    assert await desk.refusal(visit["accessToken"], "GET", "/auth/me") == (401, "token_expired")


@pytest.mark.parametrize("field", ["isPlatformAdmin", "isActive"])
async def test_tn_12_it_ends_at_once_with_its_visitors_office_and_for_good(
    desk: Desk, container: Container, field: str
) -> None:
    other = await _another(desk, container)
    visit = await desk.visit()
    eyes, event = visit["accessToken"], f"/events/{desk.world.event}"
    await desk.world.ask("PATCH", event, eyes, {"name": "Put right"})
    admin = f"/users/{desk.ids['admin']}"

    await desk.world.ask("PUT", admin, other, {field: False})

    over = (401, "session_ended")
    assert await desk.refusal(eyes, "PATCH", event, {"name": "Put wrong"}) == over
    await desk.world.ask("PUT", admin, other, {field: True})
    assert await desk.refusal(eyes, "GET", "/auth/me") == over
    assert await container.support_visits.close_support_visits()() == 1
    [listed] = (await desk.world.ask("GET", VISITS, other))["items"]
    assert listed["endedAt"] is not None
    assert (await desk.log("&entity=support_visit"))[0]["action"] == "support_visit.ended"


async def test_tn_12_it_ends_for_good_when_the_person_becomes_an_administrator(
    desk: Desk, container: Container
) -> None:
    eyes = (await desk.visit("buyer"))["accessToken"]
    assert (await desk.refusal(eyes, "GET", "/auth/me"))[0] == 200

    for is_admin in (True, False):
        body = {"isPlatformAdmin": is_admin}
        await desk.world.ask("PUT", f"/users/{desk.ids['buyer']}", desk.admin, body)
        assert await desk.refusal(eyes, "GET", "/auth/me") == (401, "session_ended")

    assert await container.support_visits.close_support_visits()() == 1


async def test_tn_12_it_ends_with_its_visitors_account(desk: Desk, container: Container) -> None:
    other = await _another(desk, container)
    eyes = (await desk.visit())["accessToken"]
    assert (await desk.refusal(eyes, "GET", "/auth/me"))[0] == 200

    await desk.world.ask("DELETE", f"/users/{desk.ids['admin']}", other)

    assert await desk.refusal(eyes, "GET", "/auth/me") == (401, "session_ended")
    assert await container.support_visits.close_support_visits()() == 1


async def test_an_administrator_lists_visits_and_ends_one(desk: Desk, clock: VirtualClock) -> None:
    first, second = await desk.visit("buyer", minutes=1), await desk.visit()
    clock.advance(timedelta(minutes=2))

    page = await desk.world.ask("GET", f"{VISITS}?limit=1", desk.admin)
    rest = await desk.world.ask("GET", f"{VISITS}?cursor={page['nextCursor']}", desk.admin)
    [living], [over] = page["items"], rest["items"]
    assert living == {
        "id": second["id"],
        "userId": desk.ids["promoter"],
        "visitorId": desk.ids["admin"],
        "reason": WHY,
        "startedAt": second["startedAt"],
        "endsAt": second["endsAt"],
        "endedAt": None,
    }
    assert (over["id"], over["endedAt"]) == (first["id"], first["endsAt"])

    for _ in range(2):
        await desk.world.ask("DELETE", f"{VISITS}/{second['id']}", desk.admin)

    assert await desk.refusal(second["accessToken"], "GET", "/auth/me") == (401, "session_ended")
    [ended, _started] = await desk.log("&entity=support_visit")
    assert ended["action"] == "support_visit.ended"
    assert ended["actor"]["id"] == desk.ids["admin"]
    nowhere = await desk.refusal(desk.admin, "DELETE", f"{VISITS}/{uuid4()}")
    assert nowhere == (404, "support_visit_not_found")


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({"reason": "Because."}, (422, "invalid_text")),
        ({"reason": "x" * 501}, (422, "invalid_text")),
        ({"reason": "She cannot find \u202esteckcit"}, (422, "invalid_text")),
        ({"reason": "Verify at https://evil.example/phish"}, (422, "invalid_text")),
        ({"minutes": 0}, (422, "invalid_visit_length")),
        ({"minutes": 16}, (422, "invalid_visit_length")),
        ({"userId": str(UUID(int=7))}, (404, "user_not_found")),
        ({"userId": "ada"}, (400, "malformed_request")),
        ({"endsAt": "2030-01-01T00:00:00Z"}, (400, "malformed_request")),
    ],
)
async def test_what_makes_no_visit(desk: Desk, changes: Json, refused: tuple[int, str]) -> None:
    body = {"userId": desk.ids["buyer"], "reason": WHY} | changes

    assert await desk.refusal(desk.admin, "POST", VISITS, body) == refused

    assert (await desk.world.ask("GET", VISITS, desk.admin))["items"] == []
    assert await desk.log("&entity=support_visit") == []


async def test_tn_12_only_administrators_visit_and_never_each_other(desk: Desk) -> None:
    body = {"userId": desk.ids["buyer"], "reason": WHY}
    eyes = (await desk.visit())["accessToken"]

    for token in (desk.world.promoter, desk.world.buyer):
        for method, path in (("POST", VISITS), ("GET", VISITS)):
            told = await desk.refusal(token, method, path, body if method == "POST" else None)
            assert told == (403, "platform_admins_only")
    assert await desk.refusal(eyes, "POST", VISITS, body) == (403, "not_in_a_visit")
    assert await desk.refusal(eyes, "GET", VISITS) == (403, "platform_admins_only")
    body = {"userId": desk.ids["admin"], "reason": WHY}
    assert await desk.refusal(desk.admin, "POST", VISITS, body) == (403, "not_visited")


SIGNED_IN = {
    operation["operationId"]
    for operations in published()["paths"].values()
    for operation in operations.values()
    if {"bearer": []} in operation.get("security", [])
}
CLOSED = sorted(
    name
    for name in RECIPES.keys() & SIGNED_IN - PROCESSORS
    if name.partition("__alias_")[0] not in OPEN_IN_A_VISIT
)


@pytest.mark.parametrize("name", CLOSED)
async def test_tn_12_other_writes_are_the_persons_alone(desk: Desk, name: str) -> None:
    """Also one that nobody has thought of yet: what is not named is refused."""
    write = await RECIPES[name](desk.world)
    eyes = Character("visitor", (await desk.visit())["accessToken"])

    answer = await as_said_by(eyes, write).send(desk.world.client)

    assert answer.status_code == 403, f"{name}: {answer.text}"
    assert answer.json()["code"] == "not_in_a_visit", f"{name}: {answer.text}"


async def test_tn_12_some_things_are_not_even_read(desk: Desk) -> None:
    write = await READS["show_consent"](desk.world)
    eyes = Character("visitor", (await desk.visit("buyer"))["accessToken"])

    answer = await as_said_by(eyes, write).send(desk.world.client)

    assert (answer.status_code, answer.json()["code"]) == (403, "not_in_a_visit")


async def test_without_the_rule_that_is_noticed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: a proof that cannot fail is none."""
    monkeypatch.setattr("entrypoints.http.bearer.refuse_in_a_visit", lambda *_: None)

    with pytest.raises(AssertionError, match=CLOSED[0]):
        await test_tn_12_other_writes_are_the_persons_alone(desk, CLOSED[0])


@pytest.mark.parametrize("way", ["application/json", "application/json; charset=utf-8"])
async def test_tn_12_nothing_is_bought_in_a_visit(desk: Desk, way: str) -> None:
    """By either of the two ways to order."""
    eyes = (await desk.visit("buyer"))["accessToken"]
    body = {"items": [{"ticketTypeId": desk.world.ticket_type, "quantity": 1}]}

    told = await desk.refusal(eyes, "POST", "/orders", body, **{"Content-Type": way})

    assert told == (403, "not_in_a_visit")


async def test_a_visitor_is_not_told_what_the_persons_requests_were_answered(desk: Desk) -> None:
    path, body = f"/events/{desk.world.event}", {"name": "Second name"}
    key = {"Idempotency-Key": "k-1"}
    client, url = desk.world.client, f"/api/v1{path}"
    mine = {"Authorization": f"Bearer {desk.world.promoter}"} | key
    await client.patch(url, json=body, headers=mine)
    eyes = {"Authorization": f"Bearer {(await desk.visit())['accessToken']}"} | key

    theirs = await client.patch(url, json=body, headers=eyes)

    assert theirs.status_code == 200
    assert "idempotency-replayed" not in theirs.headers


def test_what_is_open_in_a_visit_is_served_and_a_write() -> None:
    assert set(ACCESS) >= OPEN_IN_A_VISIT
    assert {name.partition("__alias_")[0] for name in WRITES} >= OPEN_IN_A_VISIT
    assert not CLOSED_IN_A_VISIT & set(WRITES)
    assert not is_remembered("start_support_visit")
