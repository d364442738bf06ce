"""Whose scanner it is, and whether the actor may do this to it."""

from dataclasses import dataclass

from application.admission.ports import ScannerDirectory
from application.shared.actor import Actor, authorize_events
from domain.admission.errors import ScannerNotFound
from domain.shared.errors import NotFound
from domain.shared.ids import OrganizationId, ScannerId
from domain.shared.permissions import Permission


@dataclass(frozen=True, slots=True)
class ScannerAccess:
    """The scanner's organisation. Raises ScannerNotFound, also to strangers, and Forbidden.

    Whoever works for some events has to do with scanners of these events and no others.
    """

    scanners: ScannerDirectory

    async def __call__(
        self, actor: Actor, permission: Permission, scanner_id: ScannerId
    ) -> OrganizationId:
        scanner = await self.scanners.scanner(scanner_id)
        organization_id = scanner.organization_id
        try:
            # One looks at a scanner, or ends what it may do.
            authorize_events(
                actor, permission, organization_id, scanner.event_ids, even_suspended=True
            )
        except NotFound as error:
            raise ScannerNotFound from error
        return organization_id
