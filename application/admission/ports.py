"""What admission asks of the world."""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol
from uuid import UUID

from application.shared.actor import Device
from application.shared.own_events import KnowsEvents
from application.shared.scope import Scope
from application.shared.transaction import Transaction
from domain.admission.scan import Presence, Scan, TicketAtDoor
from domain.admission.scanner import Scanner
from domain.shared.ids import OrganizationId, ScannerId, SessionId, TicketId
from domain.shared.ticket_code import TicketClaims

Code = tuple[OrganizationId, bytes]
"""What a ticket is known by at the doors of one organisation."""

Holder = tuple[OrganizationId, TicketId]
"""Whose presence is kept."""


class Scanners(Protocol):
    async def get(self, scanner_id: ScannerId) -> Scanner: ...  # Raises ScannerNotFound.
    async def add(self, scanner: Scanner) -> None: ...
    async def save(self, scanner: Scanner) -> None: ...  # Raises StaleVersion.


class Admissions(Protocol):
    """Who is inside: one presence per ticket, from its first accepted scan on."""

    # Locks the tickets, sorted by organisation and id; then reads the clock (`tx.now`) and, in a
    # second statement, the tickets with their events and presences. Unknown codes are left out.
    async def lock(self, codes: Collection[Code]) -> dict[Code, TicketAtDoor]: ...

    async def save(self, presences: Mapping[Holder, Presence]) -> None: ...  # Of locked tickets.


class ScanLog(Protocol):
    async def add(self, scans: Sequence[Scan]) -> None: ...
    async def find(self, scan_id: UUID) -> Scan | None: ...


class AdmissionTransaction(Transaction, KnowsEvents, Protocol):
    @property
    def scanners(self) -> Scanners: ...
    @property
    def admissions(self) -> Admissions: ...
    @property
    def scan_log(self) -> ScanLog: ...

    # Which of these sessions have ended and which of these scanners were revoked.
    async def barred(
        self, session_ids: Collection[SessionId], scanner_ids: Collection[ScannerId]
    ) -> set[UUID]: ...


BeginAdmission = Callable[[Scope], AbstractAsyncContextManager[AdmissionTransaction]]


class ScannerDirectory(Protocol):
    """Finds what is needed before a transaction, because its scope names the organisation."""

    # In use or not. Raises ScannerNotFound.
    async def scanner(self, scanner_id: ScannerId) -> Device: ...

    # By the hash of its key, revoked ones too. Raises InvalidApiKey.
    async def scanner_with_key(self, key_hash: bytes) -> Device: ...


class Devices(Protocol):
    """Scanners as doors know them."""

    # Those of them that are in use.
    async def devices(self, ids: Collection[ScannerId]) -> dict[ScannerId, Device]: ...


class EventRegister(Protocol):
    """Whose events the short ids in ticket codes name."""

    async def organizations_of(
        self, short_ids: Collection[int]
    ) -> Mapping[int, OrganizationId]: ...  # Unknown ones are left out.


class TicketOpener(Protocol):
    def open(self, text: str) -> TicketClaims: ...  # Raises InvalidTicketCode; asks nobody.


class ScannerToken(Protocol):
    """A bearer token and the seconds until it expires."""

    @property
    def token(self) -> str: ...
    @property
    def expires_in_s(self) -> int: ...


class ScannerTokenIssuer(Protocol):
    def issue_scanner_token(self, scanner_id: ScannerId) -> ScannerToken: ...
