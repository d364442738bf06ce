"""An organisation takes a scanner out of use."""

from dataclasses import dataclass

from application.admission.ports import BeginAdmission
from application.admission.scanner_access import ScannerAccess
from application.shared.actor import Actor
from domain.shared.ids import ScannerId
from domain.shared.permissions import Permission


@dataclass(frozen=True, slots=True)
class RevokeScanner:
    """Its key and its tokens stop working with this commit. Raises ScannerNotFound, Forbidden."""

    begin: BeginAdmission
    access: ScannerAccess

    async def __call__(self, actor: Actor, scanner_id: ScannerId) -> None:
        organization_id = await self.access(actor, Permission.SCANNERS_MANAGE, scanner_id)
        async with self.begin(actor.ending(organization_id)) as tx:
            scanner = await tx.scanners.get(scanner_id)
            scanner.revoke()
            await tx.scanners.save(scanner)
