"""Which organisation scans at a door, and with what right: asked before the transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from application.admission.messages import Gate, ScanAttempt
from application.admission.ports import Devices, EventRegister
from application.shared.actor import Actor, Device, authorize_events
from domain.admission.errors import ScannerNotFound
from domain.shared.errors import DomainError, Forbidden, NotFound
from domain.shared.ids import EventId, OrganizationId, ScannerId
from domain.shared.permissions import Permission
from domain.shared.ticket_code import TicketClaims

Shown = tuple[ScanAttempt, TicketClaims | None]
"""An attempt and what its code claims; None for a forgery."""


@dataclass(frozen=True, slots=True)
class ScanGates:
    """One gate or refusal per attempt, in order. Refusals: Forbidden, ScannerNotFound."""

    scanners: Devices
    events: EventRegister

    async def __call__(self, shown: Sequence[Shown]) -> list[Gate | DomainError]:
        devices = await self._devices(shown)
        owners = await self._owners(shown)
        found: list[Gate | DomainError] = []
        for attempt, claims in shown:
            try:
                found.append(_gate(attempt, claims, devices, owners))
            except DomainError as refusal:
                found.append(refusal)
        return found

    async def _devices(self, shown: Sequence[Shown]) -> Mapping[ScannerId, Device]:
        wanted = {
            attempt.scanner_id
            for attempt, _ in shown
            if isinstance(attempt.door, Actor) and attempt.scanner_id is not None
        }
        return await self.scanners.devices(wanted) if wanted else {}

    async def _owners(self, shown: Sequence[Shown]) -> Mapping[int, OrganizationId]:
        """Of the events whose tickets people scan without a scanner."""
        wanted = {
            claims.event_short_id
            for attempt, claims in shown
            if isinstance(attempt.door, Actor) and attempt.scanner_id is None and claims
        }
        return await self.events.organizations_of(wanted) if wanted else {}


def _gate(
    attempt: ScanAttempt,
    claims: TicketClaims | None,
    devices: Mapping[ScannerId, Device],
    owners: Mapping[int, OrganizationId],
) -> Gate:
    door = attempt.door
    if isinstance(door, Device):
        if attempt.scanner_id not in (None, door.scanner_id):
            raise ScannerNotFound
        return Gate(
            organization_id=door.organization_id,
            event_ids=door.event_ids,
            scanner_id=door.scanner_id,
        )
    if attempt.scanner_id is not None:
        return _at_scanner(door, devices.get(attempt.scanner_id))
    workplace = _workplace(door, claims, owners)
    own = None if workplace is None else _own_events(door, workplace)
    return Gate(
        organization_id=workplace,
        event_ids=own,
        is_confined=own is not None,
        user_id=door.user_id,
        session_id=door.session_id,
    )


def _at_scanner(actor: Actor, device: Device | None) -> Gate:
    if device is None:
        raise ScannerNotFound
    own, event_ids = _own_events(actor, device.organization_id), device.event_ids
    try:
        authorize_events(actor, Permission.SCAN, device.organization_id, own)
    except NotFound as error:
        raise ScannerNotFound from error
    if own is not None:
        event_ids = own if event_ids is None else tuple(one for one in event_ids if one in own)
        if not event_ids:
            raise ScannerNotFound
    return Gate(
        organization_id=device.organization_id,
        event_ids=event_ids,
        is_confined=own is not None,
        scanner_id=device.scanner_id,
        user_id=actor.user_id,
        session_id=actor.session_id,
    )


def _workplace(
    actor: Actor, claims: TicketClaims | None, owners: Mapping[int, OrganizationId]
) -> OrganizationId | None:
    """Where a person scans: the ticket's organisation, or for a forgery the only possible one."""
    mine = actor.organizations_with(Permission.SCAN)
    if not mine and not actor.is_platform_admin:
        raise Forbidden("You scan for no organisation.", permission=Permission.SCAN.value)
    if claims is None:
        return mine[0] if len(mine) == 1 else None
    owner = owners.get(claims.event_short_id)
    # To strangers a ticket is as unknown as one that never was.
    if owner is None or owner in mine or actor.can(Permission.SCAN, owner):
        return owner
    return None


def _own_events(actor: Actor, organization_id: OrganizationId) -> tuple[EventId, ...] | None:
    """The events for which the person works there; None is every event."""
    own = None if actor.is_platform_admin else actor.limited_to.get(organization_id)
    return None if own is None else tuple(sorted(own))
