"""The words of our mails: templates beside this file, escaped where HTML needs it."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from application.messaging.ports import Confirmation, Letter

_ENVIRONMENT = Environment(
    loader=FileSystemLoader(Path(__file__).with_name("templates")),
    autoescape=select_autoescape(["html"]),
    undefined=StrictUndefined,
)
_TEXT = "confirmation.txt"
_HTML = "confirmation.html"


class JinjaLetters:
    """Letters whose links start at this public address."""

    def __init__(self, public_address: str) -> None:
        self._address = public_address

    def confirm(self, confirmation: Confirmation) -> Letter:
        told = {
            "c": confirmation,
            "starts": f"{confirmation.starts_at:%A %d %B %Y, %H:%M %Z}",
            "sums": _sums(confirmation),
            "link": f"{self._address}/api/v1/orders/{confirmation.order_id}/tickets",
        }
        return Letter(
            subject=f"Your tickets for {confirmation.event_name} ({confirmation.order_number})",
            text=_ENVIRONMENT.get_template(_TEXT).render(told) + "\n",
            html=_ENVIRONMENT.get_template(_HTML).render(told) + "\n",
        )


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
