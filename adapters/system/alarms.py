"""Alarms in the log, where the operators' tools look for them."""

import structlog

log = structlog.get_logger("tixmo.alarms")


class LoggedAlarms:
    def sign_ins_fail(self, *, failures: int, limit: int) -> None:
        log.error("sign-ins fail all over", failures_per_minute=failures, limit_per_minute=limit)
