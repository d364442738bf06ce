"""What is sold while it is measured, made through the doors as its users would."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from tests.bench.journeys import PASSWORD

CAPACITY = 1_000_000
DOORS = 16


class Door:
    """One person at the API."""

    def __init__(self, port: int) -> None:
        # Without the proxies of the environment.
        self._client = httpx.Client(
            base_url=f"http://127.0.0.1:{port}/api/v1", trust_env=False, timeout=10
        )
        self.token = ""

    def close(self) -> None:
        self._client.close()

    def post(self, path: str, body: Any = None) -> Any:
        return self._said(self._client.post(path, json=body, headers=self._headers()))

    def get(self, path: str, **query: str) -> Any:
        return self._said(self._client.get(path, params=query, headers=self._headers()))

    def register(self, name: str) -> str:
        """The address of the new account, which this door is signed in with."""
        self.token = ""
        email = f"{name}@example.com"
        self.token = self.post(
            "/auth/register",
            {
                "email": email,
                "password": PASSWORD,
                "firstName": name.capitalize(),
                "lastName": "Bench",
            },
        )["accessToken"]
        return email

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}

    @staticmethod
    def _said(answer: httpx.Response) -> Any:
        if not answer.is_success:
            raise RuntimeError(f"{answer.request.url} {answer.status_code}: {answer.text[:500]}")
        return answer.json() if answer.content else None


@dataclass(frozen=True)
class World:
    promoter: Door
    organization_id: str
    event_id: str
    """The hot one."""
    ticket_type_ids: list[str]
    """One of each event; the hot one's first."""
    buyers: list[str]
    """Access tokens."""
    scanners: list[str]
    emails: list[str]
    """Of the buyers, who share one password."""
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1_000))

    def small_event(self, quantity: int) -> str:
        """The one ticket type of another event, with so many tickets."""
        number = next(self._numbers)
        _, ticket_type_id = _event(self.promoter, self.organization_id, number, quantity)
        return ticket_type_id

    def new_barcodes(self, known: set[str], most: int) -> list[str]:
        """Of the newest tickets, until a known one comes; all of them are known afterwards."""
        found: list[str] = []
        for barcode in self._newest():
            if barcode in known or len(found) == most:
                break
            found.append(barcode)
        known.update(found)
        return found

    def _newest(self) -> Iterator[str]:
        query = {"organizationId": self.organization_id, "eventId": self.event_id, "limit": "100"}
        while True:
            page = self.promoter.get("/tickets", **query)
            yield from (ticket["barcode"] for ticket in page["items"])
            if page["nextCursor"] is None:
                return
            query["cursor"] = page["nextCursor"]


def make_world(port: int, buyers: int, events: int) -> World:
    door = Door(port)
    tokens, emails = [], []
    for number in range(buyers):
        emails.append(door.register(f"buyer{number}"))
        tokens.append(door.token)
    door.register("promoter")
    organization = door.post("/organizations", {"name": "Bench", "type": "promoter"})["id"]
    planned = [_event(door, organization, number) for number in range(events)]
    event_id = planned[0][0]
    ticket_type_ids = [ticket_type_id for _, ticket_type_id in planned]
    scanners = [_scanner(port, door, organization, number) for number in range(DOORS)]
    return World(door, organization, event_id, ticket_type_ids, tokens, scanners, emails)


def _event(
    door: Door, organization_id: str, number: int, quantity: int = CAPACITY
) -> tuple[str, str]:
    """On sale, and its doors are open."""
    starts = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=6, minutes=number)
    event_id = door.post(
        "/events",
        {
            "organizationId": organization_id,
            "name": f"Night {number}",
            "description": "The band plays all of its songs, the old ones first.",
            "category": "music",
            "startDatetime": starts.isoformat(),
            "endDatetime": (starts + timedelta(hours=3)).isoformat(),
            "timezone": "Europe/Warsaw",
            "capacity": CAPACITY,
            "currency": "EUR",
        },
    )["id"]
    ticket_type = door.post(
        f"/events/{event_id}/ticket-types",
        {"name": "Floor", "price": "50.00", "quantity": quantity},
    )
    door.post(f"/events/{event_id}/publish")
    return str(event_id), str(ticket_type["id"])


def _scanner(port: int, promoter: Door, organization_id: str, number: int) -> str:
    said = {"organizationId": organization_id, "name": f"Door {number}"}
    key = promoter.post("/scanners/register", said)["apiKey"]
    scanner = Door(port)
    try:
        return str(scanner.post("/scanners/auth", {"apiKey": key})["accessToken"])
    finally:
        scanner.close()
