"""A person with bad reception: what is not answered is asked again, with the same key."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import Any
from uuid import uuid4

import httpx

GIVE_UP_SECONDS = 60.0
"""Somebody who is not answered for so long tells the harness."""
PATIENCE_SECONDS = 5.0
HONEST = {200, 201, 401, 404, 409, 422, 429, 503}
"""What an API in trouble may say; nothing else is excused."""


@dataclass
class History:
    """What all clients were told: the other half of the truth is in the database."""

    placed: dict[str, str] = field(default_factory=dict)
    """The order that each key was answered with."""
    paid: set[str] = field(default_factory=set)
    cancelled: set[str] = field(default_factory=set)
    answers: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    longest_wait: float = 0.0

    def blame(self, what: str) -> None:
        if len(self.faults) < 20:
            self.faults.append(what)


class Silence(Exception):
    """Nobody answered for a minute."""


class Client:
    """One person at any of the API processes."""

    def __init__(self, ports: list[int], dice: Random, history: History) -> None:
        limits = httpx.Limits(max_keepalive_connections=len(ports))
        # Without the proxies of the environment.
        self._http = httpx.AsyncClient(trust_env=False, timeout=PATIENCE_SECONDS, limits=limits)
        self._ports = ports
        self.dice = dice
        self.history = history
        self.token = ""
        self._login: dict[str, str] = {}

    async def close(self) -> None:
        await self._http.aclose()

    async def register(self, name: str) -> None:
        self._login = {"email": f"{name}@example.com", "password": "Password123!"}
        said = {**self._login, "firstName": name.capitalize(), "lastName": "Storm"}
        status, body = await self.post("/auth/register", said)
        self.token = body["accessToken"] if status == 201 else ""
        if status != 201:  # The first answer was lost.
            await self._sign_in()

    async def post(self, path: str, body: Any = None, *, key: str | None = None) -> tuple[int, Any]:
        """Until somebody answers, at any process. Raises Silence."""
        return await self._ask("POST", path, body, key or str(uuid4()))

    async def patch(self, path: str, body: Any) -> tuple[int, Any]:
        return await self._ask("PATCH", path, body, None)

    async def get(self, path: str) -> tuple[int, Any]:
        return await self._ask("GET", path, None, None)

    async def _ask(self, method: str, path: str, body: Any, key: str | None) -> tuple[int, Any]:
        clock = asyncio.get_running_loop().time
        began = clock()
        while clock() < began + GIVE_UP_SECONDS:
            answer = await self._try(method, path, body, key)
            if answer is None or answer.status_code == 503 or _is_in_flight(answer):
                await asyncio.sleep(self.dice.random() * 0.3)
                continue
            if answer.status_code == 401 and self._login and not path.startswith("/auth"):
                await self._sign_in()
                continue
            self.history.longest_wait = max(self.history.longest_wait, clock() - began)
            return answer.status_code, answer.json() if answer.content else None
        raise Silence(f"{method} {path}")

    async def _try(
        self, method: str, path: str, body: Any, key: str | None
    ) -> httpx.Response | None:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        if key is not None:
            headers["Idempotency-Key"] = key
        url = f"http://127.0.0.1:{self.dice.choice(self._ports)}/api/v1{path}"
        try:
            answer = await self._http.request(method, url, json=body, headers=headers)
        except httpx.HTTPError as error:
            self.history.answers[type(error).__name__] += 1
            return None
        status = answer.status_code
        code = "" if answer.is_success else f" {answer.json().get('code', '')}"
        self.history.answers[f"{status}{code}"] += 1
        if status not in HONEST:
            self.history.blame(f"{method} {path} was answered {status}: {answer.text[:300]}")
        if status == 503 and "retry-after" not in answer.headers:
            self.history.blame(f"{method} {path}: a 503 without Retry-After")
        return answer

    async def _sign_in(self) -> None:
        login, self.token = self._login, ""
        status, body = await self.post("/auth/login", login)
        if status == 200:
            self.token = body["accessToken"]


def _is_in_flight(answer: httpx.Response) -> bool:
    """The first request with this key still runs, or ran in a process that is dead."""
    in_flight = ("idempotency_key_in_flight", "contention")
    return answer.status_code == 409 and answer.json().get("code") in in_flight
