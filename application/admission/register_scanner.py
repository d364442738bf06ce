"""An organisation puts a scanner into use; its key is told this once."""

from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta, Struct

from application.admission.ports import BeginAdmission
from application.shared.actor import Actor, authorize_events
from application.shared.ids import IdFactory
from application.shared.messages import Command
from application.shared.own_events import refuse_foreign
from domain.admission.errors import InvalidEvents
from domain.admission.scanner import EVENTS_MAX, KEY_PREFIX, Scanner
from domain.shared.ids import EventId, OrganizationId, ScannerId
from domain.shared.permissions import Permission


class RegisterScannerCommand(Command):
    organization_id: OrganizationId
    name: str
    event_ids: Annotated[list[EventId], Meta(max_length=EVENTS_MAX)] | None = None
    """The events it may scan; without them, every event of the organisation."""


class ScannerRegistered(Struct, frozen=True):
    scanner_id: ScannerId
    api_key: str
    """A secret, kept nowhere."""


@dataclass(frozen=True, slots=True)
class RegisterScanner:
    """Make a key and keep its hash. Raises NotFound, Forbidden, InvalidText, InvalidEvents."""

    begin: BeginAdmission
    ids: IdFactory

    async def __call__(self, actor: Actor, command: RegisterScannerCommand) -> ScannerRegistered:
        owner, events = command.organization_id, command.event_ids
        authorize_events(actor, Permission.SCANNERS_MANAGE, owner, events)
        scanner_id = ScannerId(self.ids.new())
        key = KEY_PREFIX + self.ids.secret()
        registered = ScannerRegistered(scanner_id, key)
        async with self.begin(actor.within(command.organization_id)) as tx:
            scanner = Scanner.register(
                organization_id=command.organization_id,
                id=scanner_id,
                name=command.name,
                key=key,
                event_ids=command.event_ids,
                at=tx.now,
            )
            await refuse_foreign(tx, command.organization_id, scanner.event_ids, InvalidEvents)
            await tx.scanners.add(scanner)
            tx.remember(registered, is_secret=True)
        return registered
