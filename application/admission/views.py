"""What a door is told about a scan."""

from datetime import datetime

from application.shared.messages import View
from domain.admission.scan import Presence, Reason, Result, TicketAtDoor, Verdict
from domain.shared.ids import EventId, TicketId, TicketTypeId


class ScannedTicketView(View):
    id: TicketId
    ticket_type_id: TicketTypeId
    ticket_type_name: str
    holder_name: str
    status: str
    """valid, used or cancelled: as it is after this scan."""
    event_id: EventId
    event_name: str


class ScanAnswerView(View):
    result: Result
    scanned_at: datetime
    reason: Reason | None = None
    """Why nobody passes; null if somebody does."""
    ticket: ScannedTicketView | None = None
    """Only for a ticket of the organisation that scans."""
    first_entry_at: datetime | None = None
    last_entry_at: datetime | None = None
    """The entry that has not been followed by an exit."""


def answer(ticket: TicketAtDoor | None, verdict: Verdict, *, at: datetime) -> ScanAnswerView:
    presence = verdict.presence
    return ScanAnswerView(
        result=verdict.result,
        reason=verdict.reason,
        ticket=None if ticket is None else _shown(ticket, presence),
        first_entry_at=presence.first_entry_at if presence else None,
        last_entry_at=presence.last_entry_at if presence else None,
        scanned_at=at,
    )


def _shown(ticket: TicketAtDoor, presence: Presence | None) -> ScannedTicketView:
    used = "used" if presence is not None else "valid"
    return ScannedTicketView(
        id=ticket.id,
        ticket_type_id=ticket.ticket_type_id,
        ticket_type_name=ticket.ticket_type_name,
        holder_name=ticket.holder_name,
        status="cancelled" if ticket.is_cancelled else used,
        event_id=ticket.event_id,
        event_name=ticket.event_name,
    )
