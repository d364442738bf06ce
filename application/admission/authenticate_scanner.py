"""A scanner shows its key and is given a token for the day's work."""

from dataclasses import dataclass

from application.admission.ports import (
    BeginAdmission,
    ScannerDirectory,
    ScannerToken,
    ScannerTokenIssuer,
)
from application.shared.messages import Command
from application.shared.scope import organizations
from domain.admission.scanner import hash_of_key


class AuthenticateScannerCommand(Command):
    api_key: str


@dataclass(frozen=True, slots=True)
class AuthenticateScanner:
    """A token for the scanner with this key. Raises InvalidApiKey, also for a revoked one."""

    begin: BeginAdmission
    scanners: ScannerDirectory
    tokens: ScannerTokenIssuer

    async def __call__(self, command: AuthenticateScannerCommand) -> ScannerToken:
        device = await self.scanners.scanner_with_key(hash_of_key(command.api_key))
        async with self.begin(organizations([device.organization_id])) as tx:
            scanner = await tx.scanners.get(device.scanner_id)
            scanner.sign_in(at=tx.now)
            await tx.scanners.save(scanner)
        return self.tokens.issue_scanner_token(scanner.id)
