"""A warning that a request asked for is mailed by the worker, on the lane of mails."""

from typing import Any

import psycopg
from dependency_injector import providers
from litestar import Litestar
from litestar.testing import AsyncTestClient

from adapters.jobs.queue import Queue
from entrypoints.container import Container
from entrypoints.worker.tasks import make_apps
from tests.application.messaging.test_warn_of_reuse import Postbox
from tests.http.test_auth import registered
from tests.http.test_sessions import FIREFOX, refreshed

_JOB = """
    select queue_name, args from procrastinate_jobs where task_name = 'messaging.warn_of_reuse'
"""


async def test_whoever_was_robbed_is_told_by_mail(
    client: AsyncTestClient[Litestar],
    container: Container,
    owner_connection: psycopg.Connection[Any],
) -> None:
    postbox = Postbox()
    container.messaging.mailer.override(providers.Object(postbox))
    session = await registered(client)
    await refreshed(client, session["refreshToken"], FIREFOX)
    await refreshed(client, session["refreshToken"], "Thief")
    job = owner_connection.execute(_JOB).fetchone()
    assert job is not None
    assert job[0] == "mail"

    await make_apps(container)[Queue.MAIL].tasks["messaging.warn_of_reuse"](**job[1])

    [mail] = postbox.sent
    assert mail.to_address == "Ada@example.com"
    assert "Firefox on Windows" in mail.letter.text
    # Nothing in the job, and nothing in the mail, opens anything.
    assert list(job[1]) == ["session_id"]
    assert session["refreshToken"] not in mail.letter.text
