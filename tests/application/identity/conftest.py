"""Identity on memory: real hashes at low cost, real tokens, everything in virtual time."""

import pytest
import pytest_asyncio

from adapters.memory.database import MemoryDatabase
from adapters.memory.identity import MemoryIdentityTransaction, MemoryPeople
from adapters.memory.identity_api_keys import MemoryApiKeyBearers
from adapters.system.emails import read_email
from adapters.system.ids import SystemIds
from adapters.tokens.keyring import Keyring
from adapters.tokens.passwords import Argon2Passwords
from adapters.tokens.remembered import RememberedAccessTokens, no_devices
from adapters.tokens.session_tokens import SealedSessionTokens
from application.identity.create_organization import CreateOrganization
from application.identity.log_in import LogIn
from application.identity.open_session import OpenSession
from application.identity.ports import BeginIdentity
from application.identity.refresh_session import RefreshSession
from application.identity.register_user import RegisterUser
from domain.shared.secret_text import SecretKind
from tests.application.identity.key_scene import KeyScene
from tests.application.identity.oauth_scene import OAuthScene
from tests.application.identity.passage import Passage
from tests.application.identity.people import Society
from tests.conftest import VirtualClock


@pytest.fixture
def begin(memory: MemoryDatabase) -> BeginIdentity:
    return memory.beginner(MemoryIdentityTransaction)


@pytest.fixture
def signer(clock: VirtualClock) -> SealedSessionTokens:
    return SealedSessionTokens(Keyring({1: b"1" * 32}), clock)


@pytest.fixture
def tokens(
    memory: MemoryDatabase, signer: SealedSessionTokens, clock: VirtualClock
) -> RememberedAccessTokens:
    bearers = {SecretKind.API_KEY: MemoryApiKeyBearers(memory)}
    return RememberedAccessTokens(signer, MemoryPeople(memory), no_devices, clock, bearers=bearers)


@pytest.fixture
def passwords() -> Argon2Passwords:
    return Argon2Passwords("low")


@pytest.fixture
def open_session(ids: SystemIds, signer: SealedSessionTokens) -> OpenSession:
    return OpenSession(ids, signer)


@pytest.fixture
def register_user(
    begin: BeginIdentity, ids: SystemIds, passwords: Argon2Passwords, open_session: OpenSession
) -> RegisterUser:
    return RegisterUser(begin, ids, passwords, read_email, open_session)


@pytest.fixture
def log_in(begin: BeginIdentity, passwords: Argon2Passwords, open_session: OpenSession) -> LogIn:
    return LogIn(begin, passwords, read_email, open_session)


@pytest.fixture
def refresh_session(
    begin: BeginIdentity, signer: SealedSessionTokens, tokens: RememberedAccessTokens
) -> RefreshSession:
    return RefreshSession(begin, signer, tokens)


@pytest.fixture
def create_organization(
    begin: BeginIdentity, ids: SystemIds, tokens: RememberedAccessTokens
) -> CreateOrganization:
    return CreateOrganization(begin, ids, tokens)


@pytest.fixture
def society(
    begin: BeginIdentity,
    register_user: RegisterUser,
    create_organization: CreateOrganization,
    tokens: RememberedAccessTokens,
) -> Society:
    return Society(begin, register_user, create_organization, tokens)


@pytest.fixture
def passage(
    memory: MemoryDatabase, clock: VirtualClock, society: Society, open_session: OpenSession
) -> Passage:
    return Passage(memory, clock, society, open_session)


@pytest_asyncio.fixture
async def keys(
    memory: MemoryDatabase, society: Society, tokens: RememberedAccessTokens
) -> KeyScene:
    return await KeyScene.opens(memory, society, tokens)


@pytest_asyncio.fixture
async def oauth(memory: MemoryDatabase, society: Society) -> OAuthScene:
    return await OAuthScene.opens(memory, society)
