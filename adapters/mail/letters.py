"""The words of our mails: templates beside this file, escaped where HTML needs it."""

from collections.abc import Mapping
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from application.messaging.ports import Confirmation, Invited, Letter, OfferedPlace
from application.shared.account_letters import AccountLetter, AccountLetterKind

_ENVIRONMENT = Environment(
    loader=FileSystemLoader(Path(__file__).with_name("templates")),
    autoescape=select_autoescape(["html"]),
    undefined=StrictUndefined,
)
_TEXT = "confirmation.txt"
_HTML = "confirmation.html"
_ACCOUNT_SUBJECTS = {
    AccountLetterKind.OPEN_ACCOUNT: "Open your account",
    AccountLetterKind.VERIFY_EMAIL: "Confirm your e-mail address",
    AccountLetterKind.CHANGE_EMAIL: "Confirm your new e-mail address",
    AccountLetterKind.ALREADY_REGISTERED: "You have an account already",
    AccountLetterKind.RESET_PASSWORD: "Choose a new password",
    AccountLetterKind.PASSWORD_CHANGED: "Your password was changed",
    AccountLetterKind.EMAIL_CHANGED: "Your e-mail address was changed",
    AccountLetterKind.ACCOUNT_CLOSED: "Your account is closed",
    AccountLetterKind.SECOND_FACTOR_ENABLED: "The second step of signing in is on",
    AccountLetterKind.SECOND_FACTOR_DISABLED: "Your authenticator app was removed",
    AccountLetterKind.SECOND_FACTOR_RESET: "The second step of signing in was reset",
    AccountLetterKind.RECOVERY_CODES_RENEWED: "You have new recovery codes",
    AccountLetterKind.PASSKEY_ADDED: "A passkey was added to your account",
    AccountLetterKind.PASSKEY_REMOVED: "A passkey was removed from your account",
    AccountLetterKind.IDENTITY_LINKED: "Another account signs in to yours",
    AccountLetterKind.IDENTITY_UNLINKED: "Another account signs in to yours no more",
    AccountLetterKind.APPLICATION_SHUT_OUT: "We shut an application out of your account",
}
_OFFER_TEXT = "waiting_list_offer.txt"
_OFFER_HTML = "waiting_list_offer.html"
_INVITATION_TEXT = "invitation.txt"
_INVITATION_HTML = "invitation.html"


def render(template: str, told: Mapping[str, object]) -> str:
    """The template's words about these facts."""
    return _ENVIRONMENT.get_template(template).render(told) + "\n"


class JinjaLetters:
    """Letters whose links start at this public address."""

    def __init__(self, public_address: str) -> None:
        self._address = public_address

    def confirm(self, confirmation: Confirmation) -> Letter:
        told = {
            "c": confirmation,
            "starts": f"{confirmation.starts_at:%A %d %B %Y, %H:%M %Z}",
            "sums": _sums(confirmation),
            "link": self._tickets_of(confirmation),
        }
        return Letter(
            subject=f"Your tickets for {confirmation.event_name} ({confirmation.order_number})",
            text=render(_TEXT, told),
            html=render(_HTML, told),
        )

    def offer(self, place: OfferedPlace) -> Letter:
        told = {
            "p": place,
            "starts": f"{place.starts_at:%A %d %B %Y, %H:%M %Z}",
            "ends": f"{place.expires_at:%A %d %B %Y, %H:%M %Z}",
            "link": f"{self._address}/api/v1/waiting-list/{place.entry_id}",
            "orders": f"{self._address}/api/v1/orders",
        }
        return Letter(
            subject=f"Tickets for {place.event_name} are set aside for you",
            text=render(_OFFER_TEXT, told),
            html=render(_OFFER_HTML, told),
        )

    def invite(self, invited: Invited) -> Letter:
        told = {
            "i": invited,
            "ends": f"{invited.expires_at:%A %d %B %Y, %H:%M %Z}",
            "link": f"{self._address}/api/v1/invitations/{invited.token}",
        }
        return Letter(
            subject=f"{invited.organization_name} invites you to work with them",
            text=_ENVIRONMENT.get_template(_INVITATION_TEXT).render(told) + "\n",
            html=_ENVIRONMENT.get_template(_INVITATION_HTML).render(told) + "\n",
        )

    def account(self, letter: AccountLetter, token: str | None) -> Letter:
        told = {
            "kind": letter.kind.value,
            "name": letter.to_name,
            "address": letter.to_address,
            "token": token,
            "about": letter.about,
            "auth": f"{self._address}/api/v1/auth",
        }
        return Letter(
            subject=_ACCOUNT_SUBJECTS[letter.kind],
            text=_ENVIRONMENT.get_template("account.txt").render(told) + "\n",
            html=_ENVIRONMENT.get_template("account.html").render(told) + "\n",
        )

    def _tickets_of(self, confirmation: Confirmation) -> str:
        tickets = f"{self._address}/api/v1/orders/{confirmation.order_id}/tickets"
        return tickets if confirmation.secret is None else f"{tickets}?secret={confirmation.secret}"


def _sums(confirmation: Confirmation) -> list[tuple[str, object]]:
    """What leads to the total, without the sums that are nothing."""
    steps = [
        ("Subtotal", confirmation.subtotal),
        ("Discount", confirmation.discount * -1),
        ("Fees", confirmation.fees),
        ("Tax", confirmation.tax),
    ]
    shown: list[tuple[str, object]] = [(label, sum_) for label, sum_ in steps if sum_.minor]
    if len(shown) < 2:  # A subtotal alone is the total.
        shown = []
    return [*shown, ("Total", confirmation.total)]
