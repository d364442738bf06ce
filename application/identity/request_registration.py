"""Somebody asks for an account that opens when they prove that the address is theirs."""

from dataclasses import dataclass

from application.identity.account_ports import BeginAccounts
from application.identity.choose_password import ChoosePassword
from application.identity.guessing_access import GuessLimits, guess
from application.identity.ports import Client
from application.identity.register_user import RegisterUserCommand
from application.shared.emails import ReadEmail
from application.shared.ids import IdFactory
from application.shared.scope import PUBLIC
from domain.identity.registration import Registration
from domain.identity.user import Email
from domain.shared.ids import RegistrationId

ANNOUNCE_JOB = "accounts.announce_registration"


@dataclass(frozen=True, slots=True)
class RequestRegistration:
    """Keep what was asked and answer; whether the address is known is looked up by a job.

    So the answer, its effort and its time are the same for every address.
    Raises InvalidEmail, InvalidPassword, PersonalPassword, KnownPassword, InvalidText,
    TooManyGuesses, HashingBusy.
    """

    begin: BeginAccounts
    ids: IdFactory
    choose_password: ChoosePassword
    read_email: ReadEmail
    limits: GuessLimits

    async def __call__(self, command: RegisterUserCommand, client: Client) -> None:
        email = Email(self.read_email(command.email))
        password_hash = await self.choose_password(command.password, about=command.about)
        registration_id = RegistrationId(self.ids.new())
        async with self.begin(PUBLIC) as tx:
            refusal = await guess(tx, [self.limits.of_network(client.ip)])
            if refusal is None:
                registration = Registration.ask(
                    registration_id,
                    email,
                    password_hash,
                    first_name=command.first_name,
                    last_name=command.last_name,
                    phone=command.phone,
                    at=tx.now,
                )
                await tx.registrations.add(registration)
                tx.enqueue(ANNOUNCE_JOB, {"registration_id": str(registration_id)})
        if refusal is not None:
            raise refusal
