"""What the queue can do: deliveries, jobs of use cases, and the clockwork."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import structlog
from procrastinate import App
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Job, Status
from procrastinate.retry import BaseRetryStrategy, RetryDecision

from adapters.jobs.queue import Queue, lane_of, make_app
from application.subscriptions import Subscriber, all_subscribers
from entrypoints.container import CONTEXTS, Container
from entrypoints.worker.delivery import ATTEMPTS_MAX, Deliver, DeliveryFailed, pause_after

log = structlog.get_logger("tixmo.worker")

STALLED_SECONDS = 30
FAILED_KEPT = timedelta(days=30)

CLOCKWORK: dict[str, str] = {
    "sales.expire_orders": "* * * * * */15",
    "waiting_lists.expire_offers": "* * * * * */15",
    "waiting_lists.serve_waiting_lists": "* * * * * */15",
    "waiting_lists.close_waiting_lists": "*/5 * * * *",
    "sales.expire_carts": "* * * * * */5",
    "payments.reconcile_payments": "* * * * * */30",
    "upkeep.forget_requests": "41 * * * * 0",
    "insights.publish_audit_heads": "7 * * * *",
    "support_visits.close_support_visits": "* * * * * */15",
    "identity.forget_sessions": "53 3 * * * 0",
    "second_factors.forget_challenges": "47 * * * * 0",
    "accounts.forget_guesses": "23 * * * * 0",
    "accounts.watch_sign_ins": "* * * * * 30",
}
"""Use cases without arguments, and when they run (the sixth field is seconds)."""

JOBS: tuple[str, ...] = (
    "payments.apply_gateway_notice",
    "accounts.announce_registration",
    "accounts.announce_email_change",
    "accounts.offer_password_reset",
    "accounts.tell_of_shut_out",
    "waiting_lists.forget_waiting_person",
    "messaging.send_account_letter",
    "messaging.warn_of_reuse",
    "messaging.send_invitation",
    "messaging.tell_of_visit",
)
"""Use cases that are enqueued by name (`tx.enqueue`) with their keyword arguments."""


class RetryUnlessFinal(BaseRetryStrategy):
    """Eight attempts with growing pauses; a delivery counts its own and knows when it is final."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        if isinstance(exception, DeliveryFailed) or job.attempts + 1 >= ATTEMPTS_MAX:
            return None
        if not isinstance(exception, Exception):  # Cancelled, because this worker stops.
            return RetryDecision(retry_in={"seconds": 0})
        return RetryDecision(
            retry_in={"seconds": round(pause_after(job.attempts + 1).total_seconds())}
        )


def use_case(container: Container, name: str) -> Callable[..., Awaitable[Any]] | None:
    """`context.module` as the container names it; None if this build does not have it."""
    context, _, module = name.partition(".")
    if context not in CONTEXTS:
        return None
    provider = getattr(container, context).providers.get(module)
    return None if provider is None else provider()


def subscribers(container: Container) -> dict[str, Subscriber]:
    """Every subscriber that this build has; a delivery to another fails and is tried again."""
    found = {name: use_case(container, name) for name in all_subscribers()}
    return {name: call for name, call in found.items() if call is not None}


def make_apps(container: Container) -> dict[Queue, App]:
    """One procrastinate application per lane."""
    jobs = container.core.jobs()
    deliver = Deliver(container.core.database(), jobs, subscribers(container))
    apps = {queue: make_app(jobs.conninfo) for queue in Queue}
    for queue, app in apps.items():
        _add_deliveries(app, queue, deliver)
    for name in JOBS:
        _add_job(apps[lane_of(name)], container, name, lane_of(name))
    for name, cron in CLOCKWORK.items():
        _add_clockwork(apps[Queue.MONEY], container, name, cron)
    _add_upkeep(apps[Queue.MONEY], apps[Queue.MAIL])
    return apps


def _add_deliveries(app: App, queue: Queue, deliver: Deliver) -> None:
    @app.task(name="deliver", queue=queue, priority=queue.priority, retry=RetryUnlessFinal())
    async def run(subscriber: str, positions: list[int], attempt: int = 1) -> None:
        await deliver(subscriber, positions, attempt)


def _add_job(app: App, container: Container, name: str, queue: Queue) -> None:
    @app.task(name=name, queue=queue, priority=queue.priority, retry=RetryUnlessFinal())
    async def run(**arguments: Any) -> None:
        call = use_case(container, name)
        assert call is not None, f"{name} is not in the container"
        await call(**arguments)


def _add_clockwork(app: App, container: Container, name: str, cron: str) -> None:
    if use_case(container, name) is None:
        return

    # Not retried: the next tick is the retry. At most one waits, and at most one runs.
    @app.periodic(cron=cron)
    @app.task(name=name, queue=Queue.MONEY, priority=10, lock=name, queueing_lock=name)
    async def run(timestamp: int) -> None:
        call = use_case(container, name)
        assert call is not None
        try:
            await call()
        except Exception as error:
            log.error("clockwork failed", job=name, exc_info=error)


def _add_upkeep(money: App, mail: App) -> None:
    # A worker that was killed leaves its jobs as if they still ran.
    @money.periodic(cron="* * * * * */20")
    @money.task(name="revive_stalled_jobs", queue=Queue.MONEY, queueing_lock="revive_stalled_jobs")
    async def revive_stalled_jobs(timestamp: int) -> None:
        stalled = await money.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS)
        for job in stalled:
            log.warning("stalled job revived", job=job.task_name, job_id=job.id)
            try:
                await money.job_manager.retry_job(job)
            except UniqueViolation:
                # The next tick waits behind it already; left as it is, it would lock that out.
                await money.job_manager.finish_job(job, Status.FAILED, delete_job=True)

    @mail.periodic(cron="17 4 * * *")
    @mail.task(name="forget_failed_jobs", queue=Queue.MAIL, queueing_lock="forget_failed_jobs")
    async def forget_failed_jobs(timestamp: int) -> None:
        hours = int(FAILED_KEPT.total_seconds() // 3600)
        await mail.job_manager.delete_old_jobs(
            nb_hours=hours, include_failed=True, include_cancelled=True, include_aborted=True
        )
