"""Somebody is told that one of their sessions was ended, because two people had its token."""

from dataclasses import dataclass

from application.messaging.ports import Mailer, Message
from application.messaging.session_ports import EndedSessions, SessionLetters
from domain.shared.ids import SessionId


@dataclass(frozen=True, slots=True)
class WarnOfReuse:
    """Send the warning. Raises MailDown, and is then called again.

    A crash may repeat the mail, with the same Message-ID.
    """

    ended_sessions: EndedSessions
    letters: SessionLetters
    mailer: Mailer

    async def __call__(self, *, session_id: SessionId) -> None:
        session = await self.ended_sessions.after_reuse(session_id)
        if session is not None:
            await self.mailer.send(
                Message(
                    id=f"token-reused.{session.session_id}",
                    to_name=session.greeted,
                    to_address=session.email,
                    letter=self.letters.warn_of_reuse(session),
                )
            )
