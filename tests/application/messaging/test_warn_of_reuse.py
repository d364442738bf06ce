from datetime import UTC, datetime
from uuid import UUID

from application.messaging.ports import Letter, Message
from application.messaging.session_ports import EndedSession
from application.messaging.warn_of_reuse import WarnOfReuse
from domain.shared.ids import SessionId

SESSION = SessionId(UUID("01a1fc63-64c1-74f7-97de-000000000009"))
ENDED = EndedSession(
    session_id=SESSION,
    greeted="Zoë Łukasik",
    email="zoe@example.com",
    device="Firefox on Windows",
    ip="192.0.2.7",
    ended_at=datetime(2026, 6, 1, 12, 0, tzinfo=UTC),
)
LETTER = Letter(subject="s", text="t", html="h")


class Facts:
    async def after_reuse(self, session_id: SessionId) -> EndedSession | None:
        return ENDED if session_id == SESSION else None


class Words:
    def warn_of_reuse(self, session: EndedSession) -> Letter:
        return LETTER


class Postbox:
    def __init__(self) -> None:
        self.sent: list[Message] = []

    async def send(self, message: Message) -> None:
        self.sent.append(message)


async def test_the_owner_is_told_under_an_id_that_repeats() -> None:
    postbox = Postbox()
    warn_of_reuse = WarnOfReuse(Facts(), Words(), postbox)

    await warn_of_reuse(session_id=SESSION)

    assert postbox.sent == [
        Message(
            id=f"token-reused.{SESSION}",
            to_name="Zoë Łukasik",
            to_address="zoe@example.com",
            letter=LETTER,
        )
    ]


async def test_of_a_session_that_ended_otherwise_nobody_is_told() -> None:
    postbox = Postbox()

    await WarnOfReuse(Facts(), Words(), postbox)(session_id=SessionId(UUID(int=1)))

    assert postbox.sent == []
