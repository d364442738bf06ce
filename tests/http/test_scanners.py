"""Scanners and scans as clients meet them."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
from litestar import Litestar
from litestar.testing import AsyncTestClient
from sqlalchemy import event, text

from domain.shared.ids import UserId
from entrypoints.container import Container
from tests.beyond import all_rows
from tests.contracts.admission_contract import Clock
from tests.contracts.admission_world import (
    ABROAD,
    CANCELLED,
    FIRST,
    FROM_ABROAD,
    NEXT_DOOR,
    ORG,
    OTHER_ORG,
    REISSUED,
    SECOND,
    STAFF,
    STRANGER,
    TONIGHT,
)
from tests.http.doors import ADMIN, ANALYST, CUSTOMER, GATEKEEPER, HttpDoors, lay_out

API = "/api/v1/scanners"


@pytest_asyncio.fixture
async def doors(client: AsyncTestClient[Litestar], container: Container) -> HttpDoors:
    await lay_out(container)
    return HttpDoors(client, container)


async def test_a_registered_scanner_is_shown_with_its_key_once(doors: HttpDoors) -> None:
    registered = await doors.register(eventIds=[str(TONIGHT.id)])

    shown = await doors.client.get(f"{API}/{registered['id']}", headers=doors.as_person(ANALYST))

    assert shown.status_code == 200
    key = registered.pop("apiKey")
    assert shown.json() == registered
    assert registered == {
        "id": registered["id"],
        "organizationId": str(ORG),
        "name": "Main door",
        "keyHint": key[-4:],
        "eventIds": [str(TONIGHT.id)],
        "status": "active",
        "createdAt": "2026-06-01T12:00:00Z",
        "lastSeenAt": None,
    }


@pytest.mark.parametrize(
    ("facts", "status", "code"),
    [
        ({"name": ""}, 422, "invalid_text"),
        ({"eventIds": []}, 422, "invalid_events"),
        ({"eventIds": [str(ABROAD.id)]}, 422, "invalid_events"),
        ({"eventIds": ["x"]}, 400, "malformed_request"),
        ({"organizationId": str(OTHER_ORG)}, 404, "not_found"),
        ({"key": "mine"}, 400, "malformed_request"),
    ],
)
async def test_a_scanner_that_makes_no_sense_is_not_registered(
    doors: HttpDoors, facts: dict[str, Any], status: int, code: str
) -> None:
    body = {"organizationId": str(ORG), "name": "Main door"} | facts

    response = await doors.client.post(f"{API}/register", json=body, headers=doors.as_person(STAFF))

    assert (response.status_code, response.json()["code"]) == (status, code)


async def test_a_wrong_key_and_a_revoked_one_are_refused_alike(doors: HttpDoors) -> None:
    registered = await doors.register()
    url = f"{API}/{registered['id']}"
    revoked = await doors.client.delete(url, headers=doors.as_person(STAFF))

    answers = [
        await doors.client.post(f"{API}/auth", json={"apiKey": key})
        for key in (registered["apiKey"], "tks_unknown")
    ]

    assert revoked.status_code == 204
    assert [answer.status_code for answer in answers] == [401, 401]
    bodies = [answer.json() | {"requestId": ""} for answer in answers]
    assert bodies[0] == bodies[1]
    assert bodies[0]["code"] == "invalid_api_key"


async def test_a_scanner_signs_in_and_scans(doors: HttpDoors) -> None:
    scanner = await doors.as_scanner()

    answer = await doors.scan(scanner, FIRST)

    assert answer == {
        "result": "accepted",
        "reason": None,
        "scannedAt": "2026-06-01T12:00:00Z",
        "firstEntryAt": "2026-06-01T12:00:00Z",
        "lastEntryAt": "2026-06-01T12:00:00Z",
        "ticket": {
            "id": str(FIRST.id),
            "ticketTypeId": str(FIRST.ticket_type_id),
            "ticketTypeName": "Floor 1",
            "holderName": "Ada Lovelace",
            "status": "used",
            "eventId": str(TONIGHT.id),
            "eventName": "Show 1",
        },
    }


async def test_the_same_code_at_two_gates_in_one_moment_lets_one_in(doors: HttpDoors) -> None:
    """SC-01, SC-03."""
    gates = [await doors.as_scanner() for _ in range(6)]

    answers = await asyncio.gather(*(doors.scan(gate, FIRST) for gate in gates))

    assert sorted(answer["result"] for answer in answers) == ["accepted"] + ["refused"] * 5
    refused = [answer for answer in answers if answer["result"] == "refused"]
    assert {answer["reason"] for answer in refused} == {"already_used"}
    assert {answer["firstEntryAt"] for answer in refused} == {"2026-06-01T12:00:00Z"}


async def test_people_leave_and_come_back(doors: HttpDoors, clock: Clock) -> None:
    """SC-09."""
    scanner, seen = await doors.as_scanner(), []
    for direction in ("EXIT", "entry", "Entry", "exit", "exit", "entry"):
        seen.append((await doors.scan(scanner, FIRST, direction))["reason"])
        clock.advance(timedelta(minutes=1))

    assert seen == ["not_inside", None, "already_used", None, "not_inside", None]


async def test_a_forgery_is_logged_without_reading_a_ticket(doors: HttpDoors) -> None:
    """SC-02: the statements that were sent name no ticket."""
    scanner, genuine = await doors.as_scanner(), doors.barcode(FIRST)
    said: list[str] = []
    engine = doors.container.core.engine().sync_engine

    def listen(_: Any, __: Any, statement: str, *___: Any) -> None:
        said.append(statement)

    event.listen(engine, "before_cursor_execute", listen)
    try:
        forged = ("B" if genuine[80] == "A" else "A").join((genuine[:80], genuine[81:]))
        answers = [await doors.scan(scanner, code) for code in (forged, genuine[:-1], "")]
    finally:
        event.remove(engine, "before_cursor_execute", listen)

    assert {answer["reason"] for answer in answers} == {"invalid"}
    assert said
    assert not [statement for statement in said if "from tickets" in statement.lower()]
    logs = await doors.client.get(f"{API}/logs", headers=doors.as_person(STAFF))
    assert [scan["barcode"] for scan in logs.json()["items"]] == ["", genuine[:-1], forged]


@pytest.mark.parametrize(
    ("ticket", "generation", "reason"),
    [(REISSUED, 0, "revoked"), (CANCELLED, 0, "cancelled"), (FROM_ABROAD, 0, "invalid")],
)
async def test_a_bad_ticket_is_refused_at_once(
    doors: HttpDoors, ticket: Any, generation: int, reason: str
) -> None:
    """SC-04."""
    code = doors.barcode(ticket, generation=generation)

    answer = await doors.scan(await doors.as_scanner(), code)

    assert (answer["result"], answer["reason"]) == ("refused", reason)
    assert (answer["ticket"] is None) == (reason == "invalid")


async def test_a_scanner_of_one_event_is_of_no_use_at_another(doors: HttpDoors) -> None:
    scanner = await doors.as_scanner(eventIds=[str(NEXT_DOOR.id)])

    assert (await doors.scan(scanner, FIRST))["reason"] == "wrong_event"


async def test_a_scanners_token_opens_nothing_but_scanning(doors: HttpDoors) -> None:
    """SC-12."""
    scanner = await doors.as_scanner()
    other = await doors.register()

    answers = [
        await doors.client.get(API, headers=scanner),
        await doors.client.get(f"{API}/logs", headers=scanner),
        await doors.client.get(f"{API}/{other['id']}", headers=scanner),
        await doors.client.delete(f"{API}/{other['id']}", headers=scanner),
        await doors.client.post(
            f"{API}/register", json={"organizationId": str(ORG), "name": "x"}, headers=scanner
        ),
        await doors.client.get("/api/v1/tickets", headers=scanner),
        await doors.client.get(f"/api/v1/tickets/{FIRST.id}", headers=scanner),
        await doors.client.get("/api/v1/orders", headers=scanner),
        await doors.client.post(
            f"{API}/{other['id']}/scan", json={"barcode": doors.barcode(FIRST)}, headers=scanner
        ),
    ]

    assert {answer.status_code for answer in answers} <= {401, 403, 404}


async def test_a_revoked_scanner_is_stopped_in_the_same_second(doors: HttpDoors) -> None:
    registered = await doors.register()
    scanner = await doors.signed_in(registered["apiKey"])
    await doors.scan(scanner, FIRST)

    await doors.client.delete(f"{API}/{registered['id']}", headers=doors.as_person(STAFF))
    response = await doors.client.post(
        f"{API}/scan", json={"barcode": doors.barcode(SECOND)}, headers=scanner
    )

    assert (response.status_code, response.json()["code"]) == (401, "scanner_revoked")


@pytest.mark.parametrize(
    ("person", "answer"),
    [
        (GATEKEEPER, (200, "accepted")),
        (ADMIN, (200, "accepted")),
        (STRANGER, (200, "invalid")),
        (ANALYST, (403, "forbidden")),
        (CUSTOMER, (403, "forbidden")),
    ],
)
async def test_people_scan_where_their_role_allows_it(
    doors: HttpDoors, person: UserId, answer: tuple[int, str]
) -> None:
    response = await doors.client.post(
        f"{API}/scan", json={"barcode": doors.barcode(FIRST)}, headers=doors.as_person(person)
    )

    said = response.json()
    told = said.get("code") or said.get("reason") or said.get("result")
    assert (response.status_code, told) == answer


async def test_a_person_scans_at_a_scanner_by_its_address(doors: HttpDoors) -> None:
    scanner = await doors.register()
    url, body = f"{API}/{scanner['id']}/scan", {"barcode": doors.barcode(FIRST)}

    mine = await doors.client.post(url, json=body, headers=doors.as_person(GATEKEEPER))
    own = await doors.client.post(url, json=body, headers=await doors.signed_in(scanner["apiKey"]))
    strange = await doors.client.post(url, json=body, headers=doors.as_person(STRANGER))

    assert (mine.json()["result"], own.json()["reason"]) == ("accepted", "already_used")
    assert (strange.status_code, strange.json()["code"]) == (404, "scanner_not_found")
    logs = await doors.client.get(f"{API}/logs", headers=doors.as_person(GATEKEEPER))
    assert [(scan["scannerId"], scan["userId"]) for scan in logs.json()["items"]] == [
        (scanner["id"], None),
        (scanner["id"], str(GATEKEEPER)),
    ]


@pytest.mark.parametrize(
    "body",
    [
        {"barcode": "x" * 4097},
        {"barcode": 1},
        {},
        {"barcode": "x", "direction": "sideways"},
        {"barcode": "a\x00b"},
    ],
)
async def test_a_scan_that_cannot_be_read_is_malformed(
    doors: HttpDoors, body: dict[str, Any]
) -> None:
    response = await doors.client.post(
        f"{API}/scan", json=body, headers=doors.as_person(GATEKEEPER)
    )

    assert (response.status_code, response.json()["code"]) == (400, "malformed_request")


@pytest.mark.parametrize("code", ['"\\ud800"', '"🎫 ż\\u0130"', '"' + "y" * 4096 + '"'])
async def test_no_text_makes_the_door_fall(doors: HttpDoors, code: str) -> None:
    response = await doors.client.post(
        f"{API}/scan",
        content=f'{{"barcode": {code}}}'.encode(),
        headers=doors.as_person(GATEKEEPER) | {"Content-Type": "application/json"},
    )

    assert response.status_code in (200, 400)


async def test_the_log_is_filtered_and_paged_newest_first(doors: HttpDoors) -> None:
    scanner = await doors.as_scanner()
    for ticket in (FIRST, SECOND, FIRST, "nonsense", FROM_ABROAD):
        await doors.scan(scanner, ticket)

    async def log(**query: Any) -> dict[str, Any]:
        response = await doors.client.get(
            f"{API}/logs", params=query, headers=doors.as_person(ANALYST)
        )
        assert response.status_code == 200, response.text
        answer: dict[str, Any] = response.json()
        return answer

    first = await log(limit=2)
    second = await log(limit=10, cursor=first["nextCursor"])

    everything = first["items"] + second["items"]
    assert [scan["reason"] for scan in everything] == [
        "invalid",
        "invalid",
        "already_used",
        None,
        None,
    ]
    assert second["nextCursor"] is None
    # A code that still opens doors is nobody's to read here.
    assert [scan["barcode"] for scan in everything[2:]] == [None] * 3
    assert len((await log(result="accepted"))["items"]) == 2
    assert len((await log(result="REFUSED", organizationId=str(ORG)))["items"]) == 3
    assert len((await log(eventId=str(TONIGHT.id)))["items"]) == 3
    assert len((await log(scannerId=str(uuid4())))["items"]) == 0


async def test_strangers_see_no_scanners_and_no_scans(doors: HttpDoors) -> None:
    scanner = await doors.register()
    await doors.scan(await doors.signed_in(scanner["apiKey"]), FIRST)
    stranger = doors.as_person(STRANGER)

    shown = await doors.client.get(f"{API}/{scanner['id']}", headers=stranger)
    gone = await doors.client.delete(f"{API}/{scanner['id']}", headers=stranger)
    absent = await doors.client.get(f"{API}/{uuid4()}", headers=stranger)
    asked = await doors.client.get(f"{API}?organizationId={ORG}", headers=stranger)
    lists = [(await doors.client.get(url, headers=stranger)).json() for url in (API, f"{API}/logs")]

    assert [shown.status_code, gone.status_code, asked.status_code] == [404, 404, 404]
    bodies = [answer.json() | {"requestId": ""} for answer in (shown, absent)]
    assert bodies[0] == bodies[1]
    assert lists == [{"items": [], "nextCursor": None}] * 2


async def test_scanners_are_listed_newest_first_with_their_status(doors: HttpDoors) -> None:
    first, second = await doors.register(name="First"), await doors.register(name="Second")
    await doors.client.delete(f"{API}/{first['id']}", headers=doors.as_person(STAFF))

    response = await doors.client.get(
        f"{API}?organizationId={ORG}", headers=doors.as_person(GATEKEEPER)
    )

    listed = [(one["id"], one["status"]) for one in response.json()["items"]]
    assert listed == [(second["id"], "active"), (first["id"], "revoked")]
    assert "apiKey" not in response.text


async def test_nobody_is_ever_inside_twice(doors: HttpDoors, clock: Clock) -> None:
    """I23, over everything that the log keeps."""
    gates = [await doors.as_scanner() for _ in range(3)]
    for _ in range(4):
        for direction in ("entry", "exit"):
            await asyncio.gather(*(doors.scan(gate, FIRST, direction) for gate in gates))
            clock.advance(timedelta(seconds=1))

    async with all_rows(doors.container.core.database()) as connection:
        rows = await connection.execute(
            text(
                "select ticket_id from (select ticket_id, direction, lag(direction) over"
                " (partition by ticket_id order by scanned_at, id) as before from scans"
                " where result = 'accepted') x where direction = 'entry' and before = 'entry'"
            )
        )
        count = (
            await connection.execute(text("select count(*) from scans where result = 'accepted'"))
        ).scalar_one()

    assert rows.all() == []
    assert count == 8
