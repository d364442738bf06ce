"""Letters: to the owners of accounts, enqueued with the change; and never too many to anybody."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from application.identity.account_ports import AccountTransaction, CountingTransaction
from application.identity.guessing_access import HOUR
from application.shared.account_letters import SEND_JOB, AccountLetter, AccountLetterKind
from domain.identity.account_link import AccountLink, LinkPurpose
from domain.identity.attempts import Limit, Try
from domain.identity.user import Email, User
from domain.shared.ids import AccountLinkId, OrganizationId, UserId

LETTERS_PER_HOUR = 3
ORGANIZATION_PER_HOUR = 100
PERSON_PER_HOUR = 100
"""Invitations, whichever organisations they are for: one person may found many."""

_KINDS = {
    LinkPurpose.VERIFY_EMAIL: AccountLetterKind.VERIFY_EMAIL,
    LinkPurpose.RESET_PASSWORD: AccountLetterKind.RESET_PASSWORD,
    LinkPurpose.CHANGE_EMAIL: AccountLetterKind.CHANGE_EMAIL,
}


async def count_letter(
    tx: CountingTransaction,
    kind: str,
    email: Email,
    senders: Sequence[Try] = (),
) -> datetime | None:
    """Count another letter of this kind, unless there were too many; then, when the next may go.

    One mailbox takes three of a kind in an hour, under whatever tags its addresses have.
    """
    recipient = Limit(kind=f"letter_{kind}", most=LETTERS_PER_HOUR, within=HOUR)
    return await tx.attempts.take([Try(recipient, email.mailbox), *senders], at=tx.now)


def senders_of(organization_id: OrganizationId, user_id: UserId) -> list[Try]:
    """Who writes to strangers: an organisation a hundred an hour, and so does a person."""
    ours = Limit(kind="letter_of_organization", most=ORGANIZATION_PER_HOUR, within=HOUR)
    theirs = Limit(kind="letter_of_person", most=PERSON_PER_HOUR, within=HOUR)
    return [Try(ours, str(organization_id)), Try(theirs, str(user_id))]


async def post(tx: AccountTransaction, letter: AccountLetter) -> None:
    """Send it after the commit, unless there were too many. Whoever asks is not told: they might
    not be who gets the mails.
    """
    if await _may_go(tx, letter):
        _send(tx, letter)


async def post_to(
    tx: AccountTransaction,
    user: User,
    kind: AccountLetterKind,
    letter_id: UUID,
    about: str | None = None,
) -> None:
    """The same, to the owner of an account at its address; `about` names what was changed."""
    letter = AccountLetter(
        id=letter_id,
        kind=kind,
        to_name=user.greeted,
        to_address=user.email.address,
        about=about,
    )
    await post(tx, letter)


async def post_link(
    tx: AccountTransaction,
    link_id: AccountLinkId,
    user: User,
    purpose: LinkPurpose,
    email: Email | None = None,
) -> None:
    """A link that replaces those of its purpose, to the user's address or another one.

    A job that is tried again writes the same letter again; a link that was used stays used. If
    there were too many letters, the links that were mailed before stay as they are.
    """
    address = email or user.email
    link = AccountLink.make(link_id, user.id, purpose, address, at=tx.now)
    letter = AccountLetter(
        id=link_id,
        kind=_KINDS[purpose],
        to_name=user.greeted if address.key == user.email.key else "",
        to_address=address.address,
        link_id=link_id,
    )
    if await _may_go(tx, letter):
        await tx.links.end_all(user.id, purpose)
        if await tx.links.add(link):
            _send(tx, letter)


async def _may_go(tx: AccountTransaction, letter: AccountLetter) -> bool:
    """Whether there were not too many; then it is counted."""
    return await count_letter(tx, letter.kind.value, Email(letter.to_address)) is None


def _send(tx: AccountTransaction, letter: AccountLetter) -> None:
    tx.enqueue(SEND_JOB, {"letter": msgspec.to_builtins(letter)})
