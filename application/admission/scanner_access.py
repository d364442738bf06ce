"""Whose scanner it is, and whether the actor may do this to it."""

from dataclasses import dataclass

from application.admission.ports import ScannerDirectory
from application.shared.actor import Actor, authorize
from domain.admission.errors import ScannerNotFound
from domain.shared.errors import NotFound
from domain.shared.ids import OrganizationId, ScannerId
from domain.shared.permissions import Permission


@dataclass(frozen=True, slots=True)
class ScannerAccess:
    """The scanner's organisation. Raises ScannerNotFound, also to strangers, and Forbidden."""

    scanners: ScannerDirectory

    async def __call__(
        self, actor: Actor, permission: Permission, scanner_id: ScannerId
    ) -> OrganizationId:
        organization_id = await self.scanners.organization_of_scanner(scanner_id)
        try:
            authorize(actor, permission, organization_id)
        except NotFound as error:
            raise ScannerNotFound from error
        return organization_id
