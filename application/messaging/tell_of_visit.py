"""Somebody is told that our support sees the product as they do, and why."""

from dataclasses import dataclass

from application.messaging.ports import Mailer, Message
from application.messaging.visit_ports import VisitLetters, VisitNotices
from domain.shared.ids import SessionId


@dataclass(frozen=True, slots=True)
class TellOfVisit:
    """Send the notice. Raises MailDown, and is then called again.

    A crash may repeat the mail, with the same Message-ID.
    """

    visits: VisitNotices
    letters: VisitLetters
    mailer: Mailer

    async def __call__(self, *, visit_id: SessionId) -> None:
        visit = await self.visits.of(visit_id)
        if visit is not None:
            await self.mailer.send(
                Message(
                    id=f"support-visit.{visit.visit_id}",
                    to_name=visit.greeted,
                    to_address=visit.email,
                    letter=self.letters.tell_of_visit(visit),
                )
            )
