"""People show tickets at doors: each scan is decided under a lock, and the log keeps them all."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from application.admission.messages import Gate, ScanAttempt
from application.admission.ports import (
    AdmissionTransaction,
    BeginAdmission,
    Code,
    Holder,
    TicketOpener,
)
from application.admission.scan_gates import ScanGates
from application.admission.views import ScanAnswerView, answer
from application.shared.clock import Clock
from application.shared.idempotency import KeyedRequest, KeyReused, Repeated, RequestKey
from application.shared.ids import IdFactory
from application.shared.scope import organizations
from application.shared.transaction import SessionEnded
from domain.admission.errors import ScannerRevoked
from domain.admission.scan import (
    USUAL_WINDOW,
    Direction,
    EntryWindow,
    Presence,
    Reason,
    Scan,
    TicketAtDoor,
    Verdict,
    decide_scan,
)
from domain.shared.errors import DomainError
from domain.shared.ids import OrganizationId
from domain.shared.ticket_code import InvalidTicketCode, TicketClaims

BARCODE_KEPT = 200
"""Characters that the log keeps."""

Outcome = ScanAnswerView | DomainError


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """One attempt whose organisation is known, on its way to a verdict."""

    place: int
    """In the sequence of attempts."""
    scan_id: UUID
    organization_id: OrganizationId
    gate: Gate
    claims: TicketClaims | None
    barcode: str
    direction: Direction
    keyed: KeyedRequest | None

    @property
    def code(self) -> Code | None:
        return (self.organization_id, self.claims.code) if self.claims else None


@dataclass(slots=True)
class _Batch:
    """The tickets at the doors, and who is inside after the scans decided so far."""

    tickets: dict[Code, TicketAtDoor]
    known: dict[RequestKey, Repeated] = field(default_factory=dict)
    """What requests were told before, earlier in this batch too."""
    changed: dict[Holder, Presence] = field(default_factory=dict)
    scans: list[Scan] = field(default_factory=list)

    def presence_of(self, ticket: TicketAtDoor) -> Presence | None:
        return self.changed.get((ticket.organization_id, ticket.id), ticket.presence)


@dataclass(frozen=True, slots=True)
class RecordScans:
    """Decide in the order of arrival: one outcome per attempt. A refused ticket is an answer.

    A repeated request is told the first verdict. Refusals: Forbidden, ScannerNotFound,
    ScannerRevoked, SessionEnded, KeyReused.
    """

    begin: BeginAdmission
    opener: TicketOpener
    gates: ScanGates
    ids: IdFactory
    clock: Clock
    window: EntryWindow = USUAL_WINDOW

    async def __call__(self, attempts: Sequence[ScanAttempt]) -> list[Outcome]:
        shown = [(attempt, self._opened(attempt.said.barcode)) for attempt in attempts]
        outcomes: dict[int, Outcome] = {}
        cases: list[_Case] = []
        for place, gate in enumerate(await self.gates(shown)):
            attempt, claims = shown[place]
            if isinstance(gate, DomainError):
                outcomes[place] = gate
            elif gate.organization_id is None:
                outcomes[place] = answer(None, Verdict(Reason.INVALID, None), at=self.clock())
            else:
                cases.append(
                    _Case(
                        place=place,
                        scan_id=attempt.scan_id or self.ids.new(),
                        organization_id=gate.organization_id,
                        gate=gate,
                        claims=claims,
                        barcode=attempt.said.barcode,
                        direction=attempt.said.direction,
                        keyed=attempt.door.keyed,
                    )
                )
        if cases:
            outcomes |= await self._record(cases)
        return [outcomes[place] for place in range(len(attempts))]

    async def again(self, attempt: ScanAttempt) -> Outcome:
        """After a commit that may or may not have gone through: nobody is their own double."""
        claims = self._opened(attempt.said.barcode)
        [gate] = await self.gates([(attempt, claims)])
        if attempt.scan_id is not None and isinstance(gate, Gate) and gate.organization_id:
            code = None if claims is None else (gate.organization_id, claims.code)
            async with self.begin(organizations([gate.organization_id])) as tx:
                logged = await tx.scan_log.find(attempt.scan_id)
                tickets = await tx.admissions.lock({code}) if code is not None else {}
            if logged is not None:
                ticket = None if code is None or logged.ticket_id is None else tickets.get(code)
                verdict = Verdict(logged.reason, ticket.presence if ticket else None)
                return _told(gate, ticket, verdict, at=logged.scanned_at)
        [outcome] = await self([attempt])
        return outcome

    def _opened(self, barcode: str) -> TicketClaims | None:
        """What the code claims, or None: a forgery ends here, before any ticket is looked up."""
        try:
            return self.opener.open(barcode)
        except InvalidTicketCode:
            return None

    async def _record(self, cases: Sequence[_Case]) -> dict[int, Outcome]:
        codes = {case.code for case in cases if case.code is not None}
        outcomes: dict[int, Outcome] = {}
        keys: dict[RequestKey, None] = {case.keyed.key: None for case in cases if case.keyed}
        async with self.begin(organizations(case.organization_id for case in cases)) as tx:
            known = await tx.repeats.claim(keys) if keys else {}
            mine = keys.keys() - known.keys()
            batch = _Batch(await tx.admissions.lock(codes) if codes else {}, known)
            barred = await _barred(tx, cases)
            for case in cases:
                outcomes[case.place] = barred.get(case.place) or self._decide(case, batch, tx.now)
            await tx.admissions.save(batch.changed)
            await tx.scan_log.add(batch.scans)
            decided = {key: batch.known[key].outcome for key in mine if key in batch.known}
            await tx.repeats.complete(decided)
            await tx.repeats.release(mine - decided.keys())
        return outcomes

    def _decide(self, case: _Case, batch: _Batch, at: datetime) -> Outcome:
        keyed = case.keyed
        if keyed is not None and keyed.key in batch.known:
            return _again(case, keyed, batch)
        shown = self._shown(case, batch, at)
        if keyed is not None:
            told = {"reason": shown.reason, "at": at.isoformat()}
            batch.known[keyed.key] = Repeated(keyed.key.fingerprint, told)
        return shown

    def _shown(self, case: _Case, batch: _Batch, at: datetime) -> ScanAnswerView:
        ticket = _ticket_of(case, batch)
        presence = batch.presence_of(ticket) if ticket else None
        verdict = decide_scan(
            ticket,
            presence,
            generation=case.claims.generation if case.claims else 0,
            direction=case.direction,
            event_ids=case.gate.event_ids,
            at=at,
            window=self.window,
        )
        if ticket and verdict.presence and verdict.reason is None:
            batch.changed[ticket.organization_id, ticket.id] = verdict.presence
        batch.scans.append(_logged(case, ticket, verdict, at))
        return _told(case.gate, ticket, verdict, at=at)


def _again(case: _Case, keyed: KeyedRequest, batch: _Batch) -> Outcome:
    """The first verdict; whether the holder is inside is told as it is now."""
    try:
        first = keyed.told(batch.known[keyed.key])
    except KeyReused as refusal:
        return refusal
    ticket = _ticket_of(case, batch)
    presence = batch.presence_of(ticket) if ticket else None
    reason = None if first["reason"] is None else Reason(first["reason"])
    verdict = Verdict(reason, presence)
    return _told(case.gate, ticket, verdict, at=datetime.fromisoformat(first["at"]))


def _told(
    gate: Gate, ticket: TicketAtDoor | None, verdict: Verdict, *, at: datetime
) -> ScanAnswerView:
    is_elsewhere = ticket is not None and ticket.event_id not in (gate.event_ids or ())
    if gate.is_confined and is_elsewhere:
        return answer(None, Verdict(Reason.WRONG_EVENT, None), at=at)
    return answer(ticket, verdict, at=at)


def _ticket_of(case: _Case, batch: _Batch) -> TicketAtDoor | None:
    if case.code is None or case.claims is None:
        return None
    ticket = batch.tickets.get(case.code)
    is_same_event = ticket is not None and ticket.event_short_id == case.claims.event_short_id
    return ticket if is_same_event else None


def _logged(case: _Case, ticket: TicketAtDoor | None, verdict: Verdict, at: datetime) -> Scan:
    return Scan(
        organization_id=case.organization_id,
        id=case.scan_id,
        event_id=ticket.event_id if ticket else None,
        ticket_id=ticket.id if ticket else None,
        scanner_id=case.gate.scanner_id,
        user_id=case.gate.user_id,
        direction=case.direction,
        result=verdict.result,
        reason=verdict.reason,
        # A code of ours still opens doors, so the log keeps the ticket's id instead.
        barcode="" if ticket else case.barcode[:BARCODE_KEPT],
        scanned_at=at,
    )


async def _barred(tx: AdmissionTransaction, cases: Sequence[_Case]) -> dict[int, DomainError]:
    """Who was signed out or revoked meanwhile: tokens are remembered for up to 60 s."""
    barred = await tx.barred(
        {case.gate.session_id for case in cases if case.gate.session_id is not None},
        {case.gate.scanner_id for case in cases if case.gate.scanner_id is not None},
    )
    refused: dict[int, DomainError] = {}
    for case in cases:
        if case.gate.session_id in barred:
            refused[case.place] = SessionEnded()
        elif case.gate.scanner_id in barred:
            refused[case.place] = ScannerRevoked()
    return refused
