"""The words of mails about support visits."""

from adapters.mail.letters import render
from application.messaging.ports import Letter
from application.messaging.visit_ports import VisitNotice


class JinjaVisitLetters:
    def tell_of_visit(self, visit: VisitNotice) -> Letter:
        told = {
            "v": visit,
            "started": f"{visit.started_at:%A %d %B %Y, %H:%M %Z}",
            "ends": f"{visit.ends_at:%H:%M %Z}",
        }
        return Letter(
            subject="Our support looks at your account",
            text=render("support_visit.txt", told),
            html=render("support_visit.html", told),
        )
