"""What messaging asks of the world: the facts of a letter, its words, and its carrier."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from application.shared.account_letters import AccountLetter
from application.shared.scope import Scope
from application.shared.transaction import Transaction
from domain.shared.errors import Unavailable
from domain.shared.ids import InvitationId, OrderId, OrganizationId, WaitingListEntryId
from domain.shared.money import Money


class MailDown(Unavailable):
    """The mail could not be handed over; it may be tried again."""

    code = "mail_down"


class ConfirmationLine(Struct, frozen=True, kw_only=True):
    name: str
    quantity: int
    unit_price: Money


class Confirmation(Struct, frozen=True, kw_only=True):
    """What a buyer is told about a paid order."""

    order_id: OrderId
    order_number: str
    greeted: str
    """The buyer's name; nothing if nobody has shown that the address is theirs."""
    buyer_email: str
    event_name: str
    starts_at: datetime
    """In the event's own zone."""
    place: str
    """Venue and address on one line; empty for an event without a place."""
    lines: tuple[ConfirmationLine, ...]
    ticket_count: int
    subtotal: Money
    discount: Money
    fees: Money
    tax: Money
    total: Money
    is_for_guest: bool = False
    """Bought without an account."""
    secret: str | None = None
    """What opens a guest's order, for the link in the letter."""


class OfferedPlace(Struct, frozen=True, kw_only=True):
    """What somebody who waited is told: that tickets are set aside, and for how long."""

    entry_id: WaitingListEntryId
    email: str
    event_name: str
    starts_at: datetime
    """In the event's own zone."""
    expires_at: datetime
    """In the event's own zone."""
    ticket_type_name: str
    quantity: int
    price: Money
    """Of one ticket now, without fees."""
    offer: str
    """The secret that takes it up."""
    secret: str
    """The secret that shows it, and gives it up."""


class Invited(Struct, frozen=True, kw_only=True):
    """What somebody is told who is asked to work in an organisation."""

    email: str
    organization_name: str
    inviter_name: str
    role: str
    expires_at: datetime
    token: str
    """The secret that answers it."""


class Letter(Struct, frozen=True, kw_only=True):
    """The words of a mail."""

    subject: str
    text: str
    html: str


class Message(Struct, frozen=True, kw_only=True):
    """A mail to one person."""

    id: str
    """Letters, digits, dots and dashes; the same for every attempt to send the same mail."""
    to_name: str
    to_address: str
    letter: Letter


class Confirmations(Protocol):
    # The facts of a paid order; None if it is not paid (any more).
    async def of_order(
        self, organization_id: OrganizationId, order_id: OrderId
    ) -> Confirmation | None: ...


class OfferedPlaces(Protocol):
    # The facts of an offer; None if it does not stand (any more).
    async def of_entry(
        self, organization_id: OrganizationId, entry_id: WaitingListEntryId
    ) -> OfferedPlace | None: ...


class InvitationFacts(Protocol):
    # The facts of one mail; None if it counts no more.
    async def of_round(
        self, organization_id: OrganizationId, invitation_id: InvitationId, round: int
    ) -> Invited | None: ...


class Deliveries(Protocol):
    # Whether `tx.once` has been committed for this subscriber and event.
    async def is_done(self, subscriber: str, event_id: int) -> bool: ...


class Letters(Protocol):
    # Words for the facts; names are escaped where they have to be.
    def confirm(self, confirmation: Confirmation) -> Letter: ...
    def offer(self, place: OfferedPlace) -> Letter: ...


class InvitationLetters(Protocol):
    def invite(self, invited: Invited) -> Letter: ...


class AccountWords(Protocol):
    # What the owner of an account is written; the token is of the link, if there is one.
    def account(self, letter: AccountLetter, token: str | None) -> Letter: ...


class Mailer(Protocol):
    # Hands the mail over within 30 s, or raises MailDown. Names cannot smuggle in headers.
    async def send(self, message: Message) -> None: ...


BeginMessaging = Callable[[Scope], AbstractAsyncContextManager[Transaction]]
