"""People with second factors, made through the use cases."""

from dataclasses import dataclass, field
from typing import Any

import msgspec
import pyotp

from adapters.memory.database import MemoryDatabase
from adapters.memory.identity_accounts import MemoryAccountTransaction
from adapters.memory.identity_passkeys import MemoryFactorTransaction
from adapters.system.ids import SystemIds
from adapters.tokens.identity.sign_in_challenges import SealedSignInChallenges
from adapters.tokens.passwords import Argon2Passwords
from adapters.totp.app_codes import TotpAppCodes
from adapters.webauthn.ceremonies import WebauthnCeremonies
from application.identity.confirm_second_factor import ConfirmSecondFactor
from application.identity.enable_second_factor import (
    EnableSecondFactor,
    EnableSecondFactorCommand,
)
from application.identity.factor_ports import BeginFactors, CreatedPasskey, SignedPasskey
from application.identity.guessing_access import GuessLimits
from application.identity.log_in import LogIn, LogInCommand
from application.identity.open_session import OpenSession
from application.identity.ports import Factors, SecondStep, SignedIn
from application.identity.prepare_passkey import PreparePasskey, PreparePasskeyCommand
from application.identity.reauthentication_access import Reauthentication
from application.identity.register_passkey import (
    RegisteredPasskey,
    RegisterPasskey,
    RegisterPasskeyCommand,
)
from application.identity.verify_second_factor import (
    VerifySecondFactor,
    VerifySecondFactorCommand,
)
from application.shared.actor import Actor
from application.shared.scope import PUBLIC
from domain.identity.second_factor import SecondFactor
from domain.shared.ids import UserId
from tests.application.identity.people import PASSWORD, PHONE, Society
from tests.authenticator import SoftAuthenticator
from tests.conftest import VirtualClock


@dataclass
class App:
    """An authenticator app on somebody's phone."""

    secret: str
    clock: VirtualClock

    def code(self, steps: int = 0) -> str:
        """What it shows now, or so many half minutes from now."""
        return pyotp.TOTP(self.secret).at(self.clock(), counter_offset=steps)

    def wrong_code(self) -> str:
        near = {self.code(steps) for steps in (-1, 0, 1)}
        return next(code for code in ("000000", "111111", "222222", "333333") if code not in near)


@dataclass
class Ada:
    """Somebody with an account."""

    actor: Actor
    app: App | None = None
    recovery_codes: tuple[str, ...] = ()
    device: SoftAuthenticator = field(default_factory=SoftAuthenticator)


@dataclass
class TwoSteps:
    memory: MemoryDatabase
    clock: VirtualClock
    society: Society
    passwords: Argon2Passwords
    app_codes: TotpAppCodes
    challenges: SealedSignInChallenges
    ceremonies: WebauthnCeremonies
    ids: SystemIds
    open_session: OpenSession
    log_in: LogIn

    @property
    def begin(self) -> BeginFactors:
        return self.memory.beginner(MemoryFactorTransaction)

    @property
    def reauthenticate(self) -> Reauthentication:
        begin = self.memory.beginner(MemoryAccountTransaction)
        return Reauthentication(begin, self.passwords, GuessLimits())

    @property
    def enable_second_factor(self) -> EnableSecondFactor:
        return EnableSecondFactor(self.begin, self.reauthenticate, self.app_codes)

    @property
    def confirm_second_factor(self) -> ConfirmSecondFactor:
        return ConfirmSecondFactor(self.begin, self.app_codes, self.ids)

    @property
    def verify_second_factor(self) -> VerifySecondFactor:
        return VerifySecondFactor(
            self.begin, self.challenges, self.app_codes, self.ceremonies, self.open_session
        )

    @property
    def prepare_passkey(self) -> PreparePasskey:
        return PreparePasskey(
            self.begin, self.reauthenticate, self.challenges, self.ceremonies, self.ids
        )

    @property
    def register_passkey(self) -> RegisterPasskey:
        return RegisterPasskey(self.begin, self.challenges, self.ceremonies, self.ids)

    async def joins(self, name: str = "ada") -> Ada:
        return Ada(await self.society.actor(await self.society.joins(name)))

    async def joins_with_app(self, name: str = "ada") -> Ada:
        """The code that turned it on has been used, so the next half minute comes."""
        ada = await self.joins(name)
        seed = await self.enable_second_factor(ada.actor, EnableSecondFactorCommand())
        ada.app = App(seed.secret, self.clock)
        ada.recovery_codes = await self.confirm_second_factor(ada.actor, ada.app.code(-1))
        return ada

    async def joins_with_passkey(self, name: str = "ada") -> Ada:
        ada = await self.joins(name)
        ada.recovery_codes = (await self.registers(ada)).recovery_codes
        return ada

    async def registers(self, ada: Ada, name: str = "Phone", **wrong: Any) -> RegisteredPasskey:
        options = await self.prepare_passkey(ada.actor, PreparePasskeyCommand())
        created = created_passkey(ada.device.create(options, **wrong))
        command = RegisterPasskeyCommand(name=name, credential=created)
        return await self.register_passkey(ada.actor, command)

    async def asks(self, name: str = "ada") -> SecondStep:
        """Somebody gives the right password, and is asked for more."""
        command = LogInCommand(email=f"{name}@example.com", password=PASSWORD)
        end = await self.log_in(command, PHONE)
        assert isinstance(end, SecondStep)
        return end

    async def answers(self, step: SecondStep, **answer: Any) -> SignedIn:
        command = VerifySecondFactorCommand(challenge_token=step.challenge_token, **answer)
        return await self.verify_second_factor(command, PHONE)

    async def factor(self, user_id: UserId) -> SecondFactor:
        async with self.begin(PUBLIC) as tx:
            return await tx.second_factors.lock(user_id)

    async def factors(self, user_id: UserId) -> Factors:
        async with self.begin(PUBLIC) as tx:
            return await tx.second_factors.factors_of(user_id)

    async def forgets_password(self, user_id: UserId) -> None:
        async with self.begin(PUBLIC) as tx:
            user = await tx.users.lock(user_id)
            user.password_hash = None
            await tx.users.save(user)


def created_passkey(answer: dict[str, Any]) -> CreatedPasskey:
    return msgspec.convert(answer, CreatedPasskey)


def signed_passkey(answer: dict[str, Any]) -> SignedPasskey:
    return msgspec.convert(answer, SignedPasskey)
