"""The words of mails about sessions."""

from adapters.mail.letters import render
from application.messaging.ports import Letter
from application.messaging.session_ports import EndedSession


class JinjaSessionLetters:
    def warn_of_reuse(self, session: EndedSession) -> Letter:
        told = {"s": session, "ended": f"{session.ended_at:%A %d %B %Y, %H:%M %Z}"}
        return Letter(
            subject="We signed you out on one device",
            text=render("token_reused.txt", told),
            html=render("token_reused.html", told),
        )
