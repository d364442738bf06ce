"""A scanner shows its key."""

import pytest

from adapters.memory.admission import MemoryDoors
from application.admission.authenticate_scanner import (
    AuthenticateScanner,
    AuthenticateScannerCommand,
)
from domain.admission.errors import InvalidApiKey
from tests.application.admission.people import PlainTokens
from tests.contracts.admission_contract import HERE, Doors

KEY = "tks_of-the-main-door"


@pytest.fixture
def authenticate(doors: Doors, register: MemoryDoors) -> AuthenticateScanner:
    return AuthenticateScanner(doors.begin, register, PlainTokens())


async def test_the_key_is_exchanged_for_a_token(
    doors: Doors, authenticate: AuthenticateScanner
) -> None:
    scanner = await doors.scanner(key=KEY)

    token = await authenticate(AuthenticateScannerCommand(api_key=KEY))

    assert (token.token, token.expires_in_s) == (f"token of {scanner.id}", 43200)
    async with doors.begin(HERE) as tx:
        assert (await tx.scanners.get(scanner.id)).last_seen_at == doors.clock()


@pytest.mark.parametrize("key", ["", "tks_of-the-main-doo", "tks_OF-THE-MAIN-DOOR", "ż" * 1000])
async def test_any_other_key_is_refused(
    doors: Doors, authenticate: AuthenticateScanner, key: str
) -> None:
    await doors.scanner(key=KEY)

    with pytest.raises(InvalidApiKey):
        await authenticate(AuthenticateScannerCommand(api_key=key))


async def test_a_revoked_scanner_reads_as_an_unknown_key(
    doors: Doors, authenticate: AuthenticateScanner
) -> None:
    scanner = await doors.scanner(key=KEY)
    async with doors.begin(HERE) as tx:
        scanner.revoke()
        await tx.scanners.save(scanner)

    with pytest.raises(InvalidApiKey) as revoked:
        await authenticate(AuthenticateScannerCommand(api_key=KEY))
    with pytest.raises(InvalidApiKey) as unknown:
        await authenticate(AuthenticateScannerCommand(api_key="tks_other"))

    assert repr(revoked.value) == repr(unknown.value)
