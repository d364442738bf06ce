from datetime import UTC, datetime
from uuid import UUID

from application.messaging.ports import Letter, Message
from application.messaging.tell_of_visit import TellOfVisit
from application.messaging.visit_ports import VisitNotice
from domain.shared.ids import SessionId
from tests.application.messaging.test_warn_of_reuse import LETTER, Postbox

VISIT = SessionId(UUID("01a1fc63-64c1-74f7-97de-000000000009"))
NOTICE = VisitNotice(
    visit_id=VISIT,
    greeted="Zoë Łukasik",
    email="zoe@example.com",
    reason="She cannot find her tickets.",
    started_at=datetime(2026, 6, 1, 12, 0, tzinfo=UTC),
    ends_at=datetime(2026, 6, 1, 12, 15, tzinfo=UTC),
)


class Notices:
    async def of(self, visit_id: SessionId) -> VisitNotice | None:
        return NOTICE if visit_id == VISIT else None


class Words:
    def tell_of_visit(self, visit: VisitNotice) -> Letter:
        return LETTER


async def test_the_person_is_told_under_an_id_that_repeats() -> None:
    postbox = Postbox()

    await TellOfVisit(Notices(), Words(), postbox)(visit_id=VISIT)

    assert postbox.sent == [
        Message(
            id=f"support-visit.{VISIT}",
            to_name="Zoë Łukasik",
            to_address="zoe@example.com",
            letter=LETTER,
        )
    ]


async def test_of_a_visit_that_never_was_nobody_is_told() -> None:
    postbox = Postbox()

    await TellOfVisit(Notices(), Words(), postbox)(visit_id=SessionId(UUID(int=1)))

    assert postbox.sent == []
