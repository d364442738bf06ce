"""Letters to the owners of accounts: enqueued with the change, and never too many."""

from uuid import UUID

import msgspec

from application.identity.account_ports import AccountTransaction
from application.identity.guessing_access import HOUR
from application.shared.account_letters import SEND_JOB, AccountLetter, AccountLetterKind
from domain.identity.account_link import AccountLink, LinkPurpose
from domain.identity.attempts import Limit, Try
from domain.identity.user import Email, User
from domain.shared.ids import AccountLinkId, OrganizationId

LETTERS_PER_HOUR = 3
ORGANIZATION_PER_HOUR = 100

_KINDS = {
    LinkPurpose.VERIFY_EMAIL: AccountLetterKind.VERIFY_EMAIL,
    LinkPurpose.RESET_PASSWORD: AccountLetterKind.RESET_PASSWORD,
    LinkPurpose.CHANGE_EMAIL: AccountLetterKind.CHANGE_EMAIL,
}


async def may_write(
    tx: AccountTransaction,
    kind: AccountLetterKind,
    address: str,
    organization_id: OrganizationId | None = None,
) -> bool:
    """Whether another letter of this kind may go there, counted as if it went.

    One address takes three of a kind in an hour, and an organisation writes a hundred. Whoever asks
    for more is not told: they might not be who gets the mails.
    """
    recipient = Limit(kind=f"letter_{kind.value}", most=LETTERS_PER_HOUR, within=HOUR)
    tries = [Try(recipient, Email(address).key)]
    if organization_id is not None:
        sender = Limit(kind="letter_of_organization", most=ORGANIZATION_PER_HOUR, within=HOUR)
        tries.append(Try(sender, str(organization_id)))
    return await tx.attempts.take(tries, at=tx.now) is None


async def post(
    tx: AccountTransaction, letter: AccountLetter, organization_id: OrganizationId | None = None
) -> None:
    """Send it after the commit, if it may be written."""
    if await may_write(tx, letter.kind, letter.to_address, organization_id):
        tx.enqueue(SEND_JOB, {"letter": msgspec.to_builtins(letter)})


async def post_link(
    tx: AccountTransaction,
    link_id: AccountLinkId,
    user: User,
    purpose: LinkPurpose,
    email: Email | None = None,
) -> None:
    """A link that replaces those of its purpose, to the user's address or another one.

    A job that is tried again writes the same letter again; a link that was used stays used.
    """
    address = email or user.email
    link = AccountLink.make(link_id, user.id, purpose, address, at=tx.now)
    await tx.links.end_all(user.id, purpose)
    if await tx.links.add(link):
        letter = AccountLetter(
            id=link_id,
            kind=_KINDS[purpose],
            to_name=user.name,
            to_address=address.address,
            link_id=link_id,
        )
        await post(tx, letter)


async def tell_owner(
    tx: AccountTransaction,
    letter_id: UUID,
    kind: AccountLetterKind,
    user: User,
    about: str | None = None,
) -> None:
    """That something was changed in how they sign in, in case it was not they who did it."""
    letter = AccountLetter(
        id=letter_id,
        kind=kind,
        to_name=user.name,
        to_address=user.email.address,
        about=about,
    )
    await post(tx, letter)
