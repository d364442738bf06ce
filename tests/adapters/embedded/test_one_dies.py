"""What the embedded servers are to others while they run, and to each other when one dies."""

import os
import signal
from pathlib import Path

import pytest

from adapters.embedded.addresses import running_addresses
from adapters.embedded.servers import EmbeddedServers
from tests.adapters.embedded.machine import poll, processes_on
from tests.adapters.embedded.test_servers import ask_valkey, run_sql, server_pids


@pytest.mark.parametrize("dead", [0, 1], ids=["PostgreSQL", "Valkey"])
def test_only_what_died_is_started_again(servers: EmbeddedServers, home: Path, dead: int) -> None:
    first = servers.start()
    before = server_pids(home)

    os.kill(before[dead], signal.SIGKILL)
    died = poll(lambda: not servers.all_run)
    revived = servers.start()
    after = server_pids(home)

    assert died
    assert revived == first
    assert after[dead] != before[dead]
    assert after[1 - dead] == before[1 - dead]
    assert run_sql(revived.database_url, "SELECT 1") == [(1,)]
    assert ask_valkey(revived.redis_url, "PING") == "+PONG\r\n"
    assert "shutdown request" not in (home / "log" / "postgres.log").read_text()
    servers.stop()
    assert processes_on(home) == []


def test_others_are_told_the_addresses_while_the_servers_run(
    servers: EmbeddedServers, home: Path
) -> None:
    told_before = running_addresses(home)
    addresses = servers.start()
    told = running_addresses(home)
    written = (home / "addresses.json").read_bytes()
    servers.stop()
    left = (home / "addresses.json").exists()
    (home / "addresses.json").write_bytes(written)  # As a killed process leaves it.
    told_of_the_dead = running_addresses(home)
    (home / "addresses.json").write_text("{")

    assert told == addresses
    assert (told_before, left, told_of_the_dead) == (None, False, None)
    assert running_addresses(home) is None
