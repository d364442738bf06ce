"""Somebody does not know their password any more."""

from dataclasses import dataclass

from application.identity.account_ports import BeginAccounts
from application.identity.guessing_access import GuessLimits, guess
from application.identity.ports import Client
from application.shared.emails import ReadEmail
from application.shared.ids import IdFactory
from application.shared.messages import Command
from application.shared.scope import PUBLIC

OFFER_JOB = "accounts.offer_password_reset"


class ForgotPasswordCommand(Command):
    email: str


@dataclass(frozen=True, slots=True)
class ForgotPassword:
    """Note that an address asked; whether it has an account is looked up by a job.

    So the answer, its effort and its time are the same for every address.
    Raises InvalidEmail, TooManyGuesses.
    """

    begin: BeginAccounts
    ids: IdFactory
    read_email: ReadEmail
    limits: GuessLimits

    async def __call__(self, command: ForgotPasswordCommand, client: Client) -> None:
        email = self.read_email(command.email)
        link_id = str(self.ids.new())
        async with self.begin(PUBLIC) as tx:
            refusal = await guess(tx, [self.limits.of_network(client.ip)])
            if refusal is None:
                tx.enqueue(OFFER_JOB, {"email": email, "link_id": link_id})
        if refusal is not None:
            raise refusal
