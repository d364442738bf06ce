"""Identity on memory: real hashes at low cost, real tokens, everything in virtual time."""

import pytest
import pytest_asyncio

from adapters.memory.database import MemoryDatabase
from adapters.memory.identity import MemoryIdentityTransaction, MemoryPeople
from adapters.memory.identity_api_keys import MemoryApiKeyBearers
from adapters.system.emails import read_email
from adapters.system.ids import SystemIds
from adapters.tokens.identity.sign_in_challenges import SealedSignInChallenges
from adapters.tokens.keyring import Keyring
from adapters.tokens.outcome_vault import OutcomeVault
from adapters.tokens.passwords import Argon2Passwords
from adapters.tokens.remembered import RememberedAccessTokens, no_devices
from adapters.tokens.session_tokens import SealedSessionTokens
from adapters.totp.app_codes import TotpAppCodes
from adapters.webauthn.ceremonies import WebauthnCeremonies
from application.identity.create_organization import CreateOrganization
from application.identity.finish_sign_in import FinishSignIn
from application.identity.log_in import LogIn
from application.identity.open_session import OpenSession
from application.identity.ports import BeginIdentity
from application.identity.refresh_session import RefreshSession
from application.identity.register_user import RegisterUser
from domain.shared.secret_text import SecretKind
from tests.application.identity.factors import TwoSteps
from tests.application.identity.key_scene import KeyScene
from tests.application.identity.oauth_scene import OAuthScene
from tests.application.identity.passage import Passage
from tests.application.identity.people import Society
from tests.application.identity.visiting import Visiting
from tests.authenticator import ORIGIN, RP_ID
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
def challenges() -> SealedSignInChallenges:
    return SealedSignInChallenges(Keyring({1: b"1" * 32}))


@pytest.fixture
def ceremonies() -> WebauthnCeremonies:
    return WebauthnCeremonies(RP_ID, [ORIGIN])


@pytest.fixture
def finish_sign_in(
    open_session: OpenSession,
    challenges: SealedSignInChallenges,
    ceremonies: WebauthnCeremonies,
    ids: SystemIds,
) -> FinishSignIn:
    return FinishSignIn(open_session, challenges, ceremonies, ids)


@pytest.fixture
def log_in(begin: BeginIdentity, passwords: Argon2Passwords, finish_sign_in: FinishSignIn) -> LogIn:
    return LogIn(begin, passwords, read_email, finish_sign_in)


@pytest.fixture
def refresh_session(
    begin: BeginIdentity, signer: SealedSessionTokens, tokens: RememberedAccessTokens
) -> RefreshSession:
    return RefreshSession(begin, signer, tokens)


@pytest.fixture
def create_organization(
    begin: BeginIdentity, ids: SystemIds, tokens: RememberedAccessTokens
) -> CreateOrganization:
    return CreateOrganization(begin, ids, tokens, read_email)


@pytest.fixture
def society(
    begin: BeginIdentity,
    register_user: RegisterUser,
    create_organization: CreateOrganization,
    tokens: RememberedAccessTokens,
    log_in: LogIn,
) -> Society:
    return Society(begin, register_user, create_organization, tokens, log_in)


@pytest.fixture
def passage(
    memory: MemoryDatabase, clock: VirtualClock, society: Society, finish_sign_in: FinishSignIn
) -> Passage:
    return Passage(memory, clock, society, finish_sign_in)


@pytest.fixture
def two_steps(
    memory: MemoryDatabase,
    clock: VirtualClock,
    society: Society,
    passwords: Argon2Passwords,
    challenges: SealedSignInChallenges,
    ceremonies: WebauthnCeremonies,
    ids: SystemIds,
    open_session: OpenSession,
    log_in: LogIn,
) -> TwoSteps:
    app_codes = TotpAppCodes(OutcomeVault(Keyring({1: b"1" * 32}), "second-factor-seed"))
    return TwoSteps(
        memory,
        clock,
        society,
        passwords,
        app_codes,
        challenges,
        ceremonies,
        ids,
        open_session,
        log_in,
    )


@pytest_asyncio.fixture
async def keys(
    memory: MemoryDatabase, society: Society, tokens: RememberedAccessTokens
) -> KeyScene:
    return await KeyScene.opens(memory, society, tokens)


@pytest_asyncio.fixture
async def oauth(memory: MemoryDatabase, society: Society) -> OAuthScene:
    return await OAuthScene.opens(memory, society)


@pytest.fixture
def visiting(
    memory: MemoryDatabase,
    society: Society,
    tokens: RememberedAccessTokens,
    signer: SealedSessionTokens,
    ids: SystemIds,
) -> Visiting:
    return Visiting(memory, society, tokens, signer, ids)
