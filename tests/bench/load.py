"""The load generator: raw HTTP/1.1 on kept connections, one request under way on each.

A process of its own, `python -m tests.bench.load`: a Task as JSON comes in, a Told goes out.
"""

import asyncio
import json
import sys
import time
from collections import Counter
from typing import TypedDict, cast

import uvloop

from tests.bench.journeys import Client, Crowd, Journey, Step, clients_of

DRAIN_SECONDS = 5.0
"""What is under way when the time is over may still end; it does not count."""
ERRORS_MAX = 50
"""A client whom so much goes wrong for goes home."""


class Task(TypedDict):
    port: int
    seconds: float
    crowd: Crowd


class Told(TypedDict):
    done: int
    """Journeys that ended well within the time."""
    ended: int
    """And those that ended well after it: they used CPU too."""
    seconds: float
    """How long it took: less than was given if there was nothing left to do."""
    p50_ms: float
    p99_ms: float
    answers: dict[str, int]
    """By status, those that were wanted."""
    errors: dict[str, int]
    """By status; `200 but ...` for an answer that is not the wanted one."""
    first_error: str


class Tally:
    """What all clients saw together."""

    def __init__(self) -> None:
        self.latencies: list[float] = []
        self.ended = 0
        self.answers: Counter[str] = Counter()
        self.errors: Counter[str] = Counter()
        self.first_error = ""
        self.deadline = 0.0
        self.last_end = 0.0

    def end(self, began: float, now: float) -> None:
        self.ended += 1
        if now <= self.deadline:
            self.latencies.append(now - began)
            self.last_end = now

    def fail(self, what: str, answer: bytes = b"") -> None:
        self.errors[what] += 1
        self.first_error = self.first_error or f"{what}: {answer[:500].decode(errors='replace')}"


class Connection(asyncio.Protocol):
    """One client: begins a journey when the last has ended, until the time is over."""

    def __init__(self, client: Client, tally: Tally, pause_s: float = 0.0) -> None:
        self._client = client
        self._tally = tally
        self._pause_s = pause_s
        """From the beginning of one journey to that of the next, at least."""
        self._due = 0.0
        self._answer = b""
        self._began = 0.0
        self._errors = 0
        self._journey: Journey | None = None
        self._step: Step | None = None
        self.ended = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is no subclass of it.

    def begin(self) -> None:
        self._began = time.perf_counter()
        if self._pause_s and self._began < self._due:
            asyncio.get_running_loop().call_later(self._due - self._began, self.begin)
            return
        self._due = max(self._due, self._began - self._pause_s) + self._pause_s
        if self._began < self._tally.deadline and self._errors < ERRORS_MAX:
            self._journey = self._client()
            if self._journey is not None:
                self._send(next(self._journey))
                return
        self._leave()

    def data_received(self, data: bytes) -> None:
        answer = self._answer + data if self._answer else data
        head, separator, body = answer.partition(b"\r\n\r\n")
        if separator and len(body) >= _length(head):
            self._answer = b""
            self._take(head[9:12], body)
        else:
            self._answer = answer

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.ended.done():
            self._tally.fail("connection lost")
            self.ended.set_result(None)

    def give_up(self) -> None:
        if not self.ended.done():
            self._tally.fail("no answer")
            self._leave()

    def _send(self, step: Step) -> None:
        self._step = step
        self._transport.write(step.request)

    def _take(self, status: bytes, body: bytes) -> None:
        assert self._step is not None
        assert self._journey is not None
        is_wanted = status == self._step.status and self._step.holds in body
        if not is_wanted and status != self._step.also:
            self._errors += 1
            unwanted = (
                "" if status != self._step.status else f" but not {self._step.holds.decode()}"
            )
            self._tally.fail(status.decode() + unwanted, body)
            self.begin()
            return
        self._tally.answers[status.decode()] += 1
        try:
            self._send(self._journey.send(body))
        except StopIteration:
            self._tally.end(self._began, time.perf_counter())
            self.begin()

    def _leave(self) -> None:
        if not self.ended.done():
            self.ended.set_result(None)
        self._transport.close()


def _length(head: bytes) -> int:
    """The body's bytes. Our servers always say how many."""
    for line in head.split(b"\r\n"):
        if line[:15].lower() == b"content-length:":
            return int(line[15:])
    return 0


async def run(task: Task) -> Told:
    """Connect everybody, then let them loose at once."""
    loop = asyncio.get_running_loop()
    tally = Tally()
    connections = []
    crowd = task["crowd"]
    rate = crowd.get("per_second", 0)
    pause_s = crowd["clients"] / rate if rate else 0.0
    for client in clients_of(crowd):
        _, connection = await loop.create_connection(
            lambda client=client: Connection(client, tally, pause_s),  # type: ignore[misc]  # Now.
            "127.0.0.1",
            task["port"],
        )
        connections.append(connection)
    began = time.perf_counter()
    tally.deadline = began + task["seconds"]
    for number, connection in enumerate(connections):
        loop.call_later(pause_s * number / len(connections), connection.begin)
    everybody = [connection.ended for connection in connections]
    await asyncio.wait(everybody, timeout=task["seconds"] + DRAIN_SECONDS)
    is_used_up = time.perf_counter() < tally.deadline
    for connection in connections:
        connection.give_up()
    return _told(tally, tally.last_end - began if is_used_up else task["seconds"])


def _told(tally: Tally, seconds: float) -> Told:
    latencies = sorted(tally.latencies) or [0.0]
    return Told(
        done=len(tally.latencies),
        ended=tally.ended,
        seconds=seconds,
        p50_ms=latencies[len(latencies) // 2] * 1000,
        p99_ms=latencies[int(len(latencies) * 0.99)] * 1000,
        answers=dict(tally.answers),
        errors=dict(tally.errors),
        first_error=tally.first_error,
    )


if __name__ == "__main__":
    json.dump(uvloop.run(run(json.load(sys.stdin))), sys.stdout)
