"""Identity on memory: real hashes at low cost, real tokens, everything in virtual time."""

import pytest
import pytest_asyncio

from adapters.memory.database import MemoryDatabase
from adapters.memory.identity import MemoryPeople
from adapters.memory.identity_accounts import MemoryAccountTransaction
from adapters.memory.identity_api_keys import MemoryApiKeyBearers
from adapters.system.emails import read_email
from adapters.system.ids import SystemIds
from adapters.tokens.account_tokens import DerivedAccountTokens
from adapters.tokens.identity.sign_in_challenges import SealedSignInChallenges
from adapters.tokens.keyring import Keyring
from adapters.tokens.known_passwords import CommonPasswords
from adapters.tokens.outcome_vault import OutcomeVault
from adapters.tokens.passwords import Argon2Passwords
from adapters.tokens.remembered import RememberedAccessTokens, no_devices
from adapters.tokens.session_tokens import SealedSessionTokens
from adapters.totp.app_codes import TotpAppCodes
from adapters.webauthn.ceremonies import WebauthnCeremonies
from application.identity.account_ports import BeginAccounts
from application.identity.change_email import ChangeEmail
from application.identity.choose_password import ChoosePassword
from application.identity.create_organization import CreateOrganization
from application.identity.delete_me import DeleteMe
from application.identity.finish_sign_in import FinishSignIn
from application.identity.forgot_password import ForgotPassword
from application.identity.guessing_access import GuessLimits
from application.identity.log_in import LogIn
from application.identity.open_session import OpenSession
from application.identity.puzzle_access import Puzzles
from application.identity.reauthentication_access import Reauthentication
from application.identity.refresh_session import RefreshSession
from application.identity.register_user import RegisterUser
from application.identity.request_registration import RequestRegistration
from application.identity.reset_password import ResetPassword
from application.identity.verify_email import VerifyEmail
from domain.shared.secret_text import SecretKind
from tests.application.identity.factors import TwoSteps
from tests.application.identity.key_scene import KeyScene
from tests.application.identity.oauth_scene import OAuthScene
from tests.application.identity.passage import Passage
from tests.application.identity.people import Society
from tests.application.identity.post_office import PostOffice
from tests.application.identity.visiting import Visiting
from tests.authenticator import ORIGIN, RP_ID
from tests.conftest import VirtualClock


@pytest.fixture
def begin(memory: MemoryDatabase) -> BeginAccounts:
    return memory.beginner(MemoryAccountTransaction)


@pytest.fixture
def limits() -> GuessLimits:
    return GuessLimits()


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
def choose_password(passwords: Argon2Passwords) -> ChoosePassword:
    return ChoosePassword(passwords, CommonPasswords())


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
def account_tokens() -> DerivedAccountTokens:
    return DerivedAccountTokens(Keyring({1: b"1" * 32}))


@pytest.fixture
def post_office(
    memory: MemoryDatabase, begin: BeginAccounts, account_tokens: DerivedAccountTokens
) -> PostOffice:
    return PostOffice(memory, begin, account_tokens)


@pytest.fixture
def verify_email(
    begin: BeginAccounts,
    ids: SystemIds,
    account_tokens: DerivedAccountTokens,
    tokens: RememberedAccessTokens,
) -> VerifyEmail:
    return VerifyEmail(begin, ids, account_tokens, tokens)


@pytest.fixture
def forgot_password(begin: BeginAccounts, ids: SystemIds, limits: GuessLimits) -> ForgotPassword:
    return ForgotPassword(begin, ids, read_email, limits)


@pytest.fixture
def reset_password(
    begin: BeginAccounts,
    ids: SystemIds,
    account_tokens: DerivedAccountTokens,
    choose_password: ChoosePassword,
    tokens: RememberedAccessTokens,
    limits: GuessLimits,
) -> ResetPassword:
    return ResetPassword(begin, ids, account_tokens, choose_password, tokens, limits)


@pytest.fixture
def change_email(
    begin: BeginAccounts, ids: SystemIds, reauthenticate: Reauthentication
) -> ChangeEmail:
    return ChangeEmail(begin, ids, read_email, reauthenticate)


@pytest.fixture
def request_registration(
    begin: BeginAccounts, ids: SystemIds, choose_password: ChoosePassword, limits: GuessLimits
) -> RequestRegistration:
    return RequestRegistration(begin, ids, choose_password, read_email, limits)


@pytest.fixture
def delete_me(
    begin: BeginAccounts,
    ids: SystemIds,
    reauthenticate: Reauthentication,
    tokens: RememberedAccessTokens,
) -> DeleteMe:
    return DeleteMe(begin, ids, reauthenticate, tokens)


@pytest.fixture
def reauthenticate(
    begin: BeginAccounts, passwords: Argon2Passwords, limits: GuessLimits
) -> Reauthentication:
    return Reauthentication(begin, passwords, limits)


@pytest.fixture
def register_user(
    begin: BeginAccounts,
    ids: SystemIds,
    choose_password: ChoosePassword,
    open_session: OpenSession,
    limits: GuessLimits,
) -> RegisterUser:
    return RegisterUser(begin, ids, choose_password, read_email, open_session, limits)


@pytest.fixture
def log_in(
    begin: BeginAccounts,
    passwords: Argon2Passwords,
    finish_sign_in: FinishSignIn,
    limits: GuessLimits,
    challenges: SealedSignInChallenges,
    ids: SystemIds,
) -> LogIn:
    puzzles = Puzzles(challenges, ids)
    return LogIn(begin, passwords, read_email, finish_sign_in, limits, puzzles)


@pytest.fixture
def refresh_session(
    begin: BeginAccounts, signer: SealedSessionTokens, tokens: RememberedAccessTokens
) -> RefreshSession:
    return RefreshSession(begin, signer, tokens)


@pytest.fixture
def create_organization(
    begin: BeginAccounts, ids: SystemIds, tokens: RememberedAccessTokens
) -> CreateOrganization:
    return CreateOrganization(begin, ids, tokens, read_email)


@pytest.fixture
def society(
    begin: BeginAccounts,
    register_user: RegisterUser,
    create_organization: CreateOrganization,
    tokens: RememberedAccessTokens,
    log_in: LogIn,
) -> Society:
    return Society(begin, register_user, create_organization, tokens, log_in)


@pytest.fixture
def passage(
    memory: MemoryDatabase,
    clock: VirtualClock,
    society: Society,
    finish_sign_in: FinishSignIn,
    reauthenticate: Reauthentication,
) -> Passage:
    return Passage(memory, clock, society, finish_sign_in, reauthenticate)


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
