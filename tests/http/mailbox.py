"""The worker's part in tests of accounts: jobs are done, and mails can be read."""

import re
from email.message import EmailMessage
from typing import Any

from litestar import Litestar
from litestar.testing import AsyncTestClient
from sqlalchemy import text

from adapters.mail.console import ConsoleMailer
from entrypoints.container import Container
from entrypoints.worker.tasks import use_case

_WAITING = text(
    "select id, task_name, args from procrastinate_jobs where status = 'todo' order by id"
)
_DONE = text("delete from procrastinate_jobs where id = :id")
_TOKEN = re.compile(r"^[A-Za-z0-9_-]{40,}$", re.MULTILINE)


async def do_jobs(client: AsyncTestClient[Litestar]) -> None:
    """All that waits, and what comes of it."""
    container: Container = client.app.state.container
    while True:
        async with container.core.engine().begin() as connection:
            rows = (await connection.execute(_WAITING)).all()
            for row in rows:
                await connection.execute(_DONE, {"id": row.id})
        if not rows:
            return
        for row in rows:
            call = use_case(container, row.task_name)
            assert call is not None, row.task_name
            await call(**row.args)


async def mails(client: AsyncTestClient[Litestar], address: str = "") -> list[EmailMessage]:
    """Every mail, or those to one address, after the jobs that wait were done."""
    await do_jobs(client)
    mailer: ConsoleMailer = client.app.state.container.messaging.mailer()
    return [mail for mail in mailer.sent if address in str(mail["To"])]


async def subjects(client: AsyncTestClient[Litestar], address: str = "") -> list[str]:
    return [str(mail["Subject"]) for mail in await mails(client, address)]


def body_of(mail: EmailMessage) -> str:
    part: Any = mail.get_body(("plain",))
    return str(part.get_content())


async def token_from_mail(client: AsyncTestClient[Litestar], address: str, subject: str) -> str:
    """The secret in the last mail of this subject."""
    found = [mail for mail in await mails(client, address) if subject in str(mail["Subject"])]
    assert found, f"No mail about {subject!r} to {address}: {await subjects(client)}"
    match = _TOKEN.search(body_of(found[-1]).replace("\r", ""))
    assert match is not None, body_of(found[-1])
    return match.group()
