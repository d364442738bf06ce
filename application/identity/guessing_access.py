"""How often a secret may be guessed: first counted and committed, then checked."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from application.identity.account_ports import AccountTransaction
from domain.identity.attempts import Limit, Try, seconds_until
from domain.identity.errors import TooManyGuesses
from domain.identity.networks import network_of
from domain.identity.user import User

ACCOUNT_WINDOW = timedelta(minutes=15)
NETWORK_WINDOW = timedelta(minutes=1)
HOUR = timedelta(hours=1)
ACCOUNT_KIND = "guess_account"
NETWORK_KIND = "guess_network"


class GuessLimits(Struct, frozen=True):
    """Failures that one account takes in 15 minutes, and that one network makes in a minute."""

    per_account: int = 5
    per_network: int = 20

    def of_network(self, ip: str | None) -> Try:
        limit = Limit(kind=NETWORK_KIND, most=self.per_network, within=NETWORK_WINDOW)
        return Try(limit, network_of(ip))

    def of_account(self, account: str, *, familiar_network: str | None = None) -> Try:
        """Strangers share one count; each network from which its owner came before has its own.

        So a stranger can use up the tries of strangers, and never those of the owner at home.
        """
        limit = Limit(kind=ACCOUNT_KIND, most=self.per_account, within=ACCOUNT_WINDOW)
        return Try(limit, f"{account}\0{familiar_network or ''}")


async def guess(tx: AccountTransaction, tries: Sequence[Try]) -> TooManyGuesses | None:
    """Count them all as failed. Answers the refusal, to be raised after the commit."""
    free_at = await tx.attempts.take(tries, at=tx.now)
    return None if free_at is None else refusal(free_at, at=tx.now)


async def account_tries(
    tx: AccountTransaction, limits: GuessLimits, account: str, user: User | None, ip: str | None
) -> list[Try]:
    """Against the account, by whatever name it was called, and against where the guess comes from.

    With the same questions for accounts that there are not.
    """
    network = network_of(ip)
    is_familiar = await tx.familiar_networks.knows(user.id if user else None, network)
    return [
        limits.of_account(account, familiar_network=network if is_familiar else None),
        limits.of_network(ip),
    ]


async def clear_guesses(
    tx: AccountTransaction, limits: GuessLimits, user: User, ip: str | None
) -> None:
    """Those against the account from this network of its owner: strangers' still count."""
    theirs = limits.of_account(user.email.key, familiar_network=network_of(ip))
    await tx.attempts.clear([theirs])


def refusal(free_at: datetime, *, at: datetime) -> TooManyGuesses:
    return TooManyGuesses(retry_after=seconds_until(free_at, at=at))
