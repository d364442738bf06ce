"""The embedded servers, with the real binaries, on folders of this test alone."""

import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

import psycopg
import pytest

from adapters.embedded import servers as module
from adapters.embedded.footing import UNPRIVILEGED_UID, Footing
from adapters.embedded.processes import launcher
from adapters.embedded.servers import (
    EmbeddedAddresses,
    EmbeddedServerFailed,
    EmbeddedServers,
    EmbeddedServersUnavailable,
    HomeInUse,
)
from tests.adapters.embedded.machine import ROOT, first_line, hold, new_home, poll, processes_on

AS_ROOT = os.geteuid() == 0


@dataclass(frozen=True, slots=True)
class Running:
    """Servers that are only looked at, and what was above their home before they started."""

    home: Path
    addresses: EmbeddedAddresses
    above: list[tuple[Path, int, int]]


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    with new_home() as home:
        above = owners_and_modes(home.parents)
        with EmbeddedServers(home, durable=False) as addresses:
            yield Running(home, addresses, above)


def owners_and_modes(folders: Iterable[Path]) -> list[tuple[Path, int, int]]:
    found = []
    for folder in folders:
        with suppress(FileNotFoundError):  # A process that ended meanwhile.
            found.append((folder, folder.stat().st_uid, folder.stat().st_mode))
    return found


def run_sql(url: str, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []


def ask_valkey(url: str, words: str) -> str:
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(5)
        client.connect(unquote(url.removeprefix("unix://")))
        client.sendall(f"{words}\r\n".encode())
        return client.recv(1000).decode()


def server_pids(home: Path) -> tuple[int, int]:
    files = (home / "postgres" / "postmaster.pid", home / "valkey" / "valkey.pid")
    postgres, valkey = (int(file.read_text().split()[0]) for file in files)
    return postgres, valkey


def end(process: subprocess.Popen[str]) -> str:
    """Kill the process without a chance to clean up, and return what it complained about."""
    process.kill()
    return process.communicate(timeout=10)[1]


def test_data_outlives_a_stop(servers: EmbeddedServers, home: Path) -> None:
    with servers as first:
        run_sql(first.owner_database_url, "CREATE TABLE kept AS SELECT 42 AS answer")
        ask_valkey(first.redis_url, "SET kept 42")

    with servers as second:
        rows = run_sql(second.owner_database_url, "SELECT answer FROM kept")
        reply = ask_valkey(second.redis_url, "GET kept")

    assert (rows, reply, second) == ([(42,)], "$2\r\n42\r\n", first)
    assert processes_on(home) == []


def test_nobody_gets_more_rights_than_the_role_promises(running: Running) -> None:
    addresses = running.addresses

    roles = run_sql(
        addresses.superuser_url,
        "SELECT rolname, rolsuper, rolcreatedb, rolcreaterole, rolbypassrls FROM pg_roles"
        " WHERE rolname LIKE 'tixmo%' ORDER BY rolname",
    )
    owner = run_sql(
        addresses.superuser_url,
        "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'tixmo'",
    )

    nothing = (False, False, False, False)
    names = ("tixmo_app", "tixmo_owner", "tixmo_system")
    assert roles == [(name, *nothing) for name in names]
    assert owner == [("tixmo_owner",)]
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        run_sql(addresses.database_url, "CREATE TABLE mine (id int)")


def test_the_owner_may_install_the_extensions_we_search_with(running: Running) -> None:
    addresses = running.addresses

    run_sql(
        addresses.owner_database_url,
        "CREATE EXTENSION pg_trgm; CREATE EXTENSION unaccent",
    )

    folded = "SELECT unaccent(lower('ÉLAN ÅRHUS')), similarity('ёлка', 'ёлки') > 0.3"
    assert run_sql(addresses.database_url, folded) == [("elan arhus", True)]


def test_start_is_idempotent_and_revives_what_died(servers: EmbeddedServers, home: Path) -> None:
    first = servers.start()
    pids = server_pids(home)

    again, pids_again = servers.start(), server_pids(home)
    os.kill(pids[1], signal.SIGKILL)
    died = poll(lambda: pids[1] not in processes_on(home))
    revived = servers.start()

    assert (again, pids_again) == (first, pids)
    assert died
    assert ask_valkey(revived.redis_url, "PING") == "+PONG\r\n"


def test_folders_above_keep_their_modes_and_ours_are_closed(running: Running) -> None:
    home = running.home
    ours = [home, *(home / name for name in ("run", "log", "postgres", "valkey"))]

    now = owners_and_modes(home.parents)
    modes = {stat.S_IMODE(mode) for _, _, mode in owners_and_modes([home.parent, *ours])}

    assert now == running.above
    assert modes == {0o700}


@pytest.mark.skipif(not AS_ROOT, reason="there is no privilege to leave behind")
def test_no_server_runs_as_root(running: Running) -> None:
    pids = processes_on(running.home)

    owners = {uid for _, uid, _ in owners_and_modes(Path(f"/proc/{pid}") for pid in pids)}

    assert owners == {UNPRIVILEGED_UID}


@pytest.mark.skipif(not AS_ROOT, reason="only root needs the namespace")
def test_without_the_capabilities_a_user_namespace_will_do(
    servers: EmbeddedServers, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if subprocess.run(("unshare", "-U", "true"), check=False).returncode != 0:
        pytest.skip("this machine refuses user namespaces")
    monkeypatch.setattr(module, "choose_footing", lambda: Footing.NAMESPACE)

    with servers as addresses:
        rows = run_sql(addresses.database_url, "SELECT 1")

    assert rows == [(1,)]
    assert (home / "postgres").stat().st_uid == 0
    assert processes_on(home) == []


@pytest.mark.skipif(not AS_ROOT, reason="the other tests already run as a plain user")
def test_a_plain_user_can_run_them(home: Path) -> None:
    # The interpreter may lie below a closed folder, so the user keeps the right to pass it.
    plain = launcher(Footing.UNPRIVILEGED, signal.SIGKILL)
    os.chown(home.parent, UNPRIVILEGED_UID, -1)

    process = hold(home, prefix=plain)
    address = first_line(process)
    owners = {Path(f"/proc/{pid}").stat().st_uid for pid in processes_on(home)}
    complaint = end(process)

    assert address.startswith("postgresql://"), complaint
    assert owners == {UNPRIVILEGED_UID}
    assert (home / "postgres").stat().st_uid == UNPRIVILEGED_UID
    assert poll(lambda: processes_on(home) == [])


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the next start ends the leftovers")
def test_a_killed_parent_leaves_nothing_running(servers: EmbeddedServers, home: Path) -> None:
    process = hold(home)
    url = first_line(process)
    run_sql(url, "CREATE TABLE kept AS SELECT 42 AS answer")
    session = psycopg.connect(url)  # Somebody is still connected when it happens.

    end(process)

    assert poll(lambda: processes_on(home) == []), processes_on(home)
    session.close()
    assert run_sql(servers.start().superuser_url, "SELECT answer FROM kept") == [(42,)]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the next start ends the leftovers")
def test_a_parent_killed_during_its_first_start_leaves_nothing_in_the_way(
    servers: EmbeddedServers, home: Path
) -> None:
    process = hold(home)
    begun = poll(lambda: any(home.glob("postgres-new-*/base")))

    end(process)

    assert begun
    assert not (home / "postgres").exists()
    assert poll(lambda: processes_on(home) == []), processes_on(home)
    assert run_sql(servers.start().database_url, "SELECT 1") == [(1,)]
    assert list(home.glob("postgres-new-*")) == []


def test_leftovers_of_a_killed_parent_are_ended_by_the_next_start(
    servers: EmbeddedServers, home: Path
) -> None:
    process = hold(home, "unwatched")
    first_line(process)
    end(process)
    leftovers = set(processes_on(home))

    addresses = servers.start()

    assert leftovers
    assert run_sql(addresses.database_url, "SELECT 1") == [(1,)]
    assert not leftovers & set(processes_on(home))


def test_ctrl_c_ends_them_in_order(home: Path) -> None:
    process = hold(home)
    first_line(process)

    process.send_signal(signal.SIGINT)
    complaint = process.communicate(timeout=10)[1]

    assert (process.returncode, complaint) == (0, "")
    assert processes_on(home) == []


def test_an_interpreter_that_ends_without_stop_takes_them_along(home: Path) -> None:
    process = hold(home, "leave")

    said, complaint = process.communicate(timeout=20)

    assert said.startswith("postgresql://")
    assert (process.returncode, complaint) == (0, "")
    assert processes_on(home) == []
    assert "database system is shut down" in (home / "log" / "postgres.log").read_text()


def test_they_outlive_the_thread_that_asked_for_them(servers: EmbeddedServers, home: Path) -> None:
    thread = threading.Thread(target=servers.start)
    log = home / "log" / "postgres.log"

    thread.start()
    thread.join()

    assert not poll(lambda: "shutdown request" in log.read_text(), seconds=0.3)
    assert run_sql(servers.start().database_url, "SELECT 1") == [(1,)]


def test_a_home_has_one_holder_at_a_time(servers: EmbeddedServers, home: Path) -> None:
    addresses = servers.start()
    other = hold(home)

    with pytest.raises(HomeInUse, match=str(os.getpid())):
        EmbeddedServers(home, durable=False).start()
    complaint = other.communicate(timeout=10)[1]

    assert "HomeInUse" in complaint
    assert run_sql(addresses.database_url, "SELECT 1") == [(1,)]


def test_a_home_may_have_a_long_and_unusual_name(home: Path) -> None:
    deep = home / ("long, 100%: " + "x" * 100) / "été"

    with EmbeddedServers(deep, durable=False) as first:
        assert run_sql(first.database_url, "SELECT 1") == [(1,)]
        assert ask_valkey(first.redis_url, "PING") == "+PONG\r\n"
    with EmbeddedServers(deep, durable=False) as second:
        assert second == first

    folder = Path(unquote(first.redis_url.removeprefix("unix://"))).parent
    assert not folder.exists()
    assert processes_on(home) == []


def test_a_lock_file_that_names_a_stranger_is_not_in_the_way(
    servers: EmbeddedServers, home: Path
) -> None:
    with servers:
        pass
    as_the_server = (*launcher(Footing.UNPRIVILEGED, 0),) if AS_ROOT else ()
    stranger = subprocess.Popen((*as_the_server, shutil.which("sleep") or "sleep", "60"))
    (home / "postgres" / "postmaster.pid").write_text(f"{stranger.pid}\n")

    try:
        rows = run_sql(servers.start().database_url, "SELECT 1")
        unharmed = stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()

    assert rows == [(1,)]
    assert unharmed


def test_a_server_that_will_not_start_shows_its_log(servers: EmbeddedServers, home: Path) -> None:
    with servers:
        pass
    (home / "postgres" / "PG_VERSION").write_text("9\n")

    with pytest.raises(EmbeddedServerFailed, match="initialized by PostgreSQL version 9"):
        servers.start()

    assert processes_on(home) == []


def test_missing_binaries_say_what_to_do(
    servers: EmbeddedServers, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)

    with pytest.raises(EmbeddedServersUnavailable, match="TIXMO_DATABASE_URL"):
        servers.start()

    assert processes_on(home) == []


def test_the_launcher_does_not_start_what_nobody_waits_for() -> None:
    orphan = [word if word != str(os.getpid()) else "1" for word in launcher(Footing.SAME_USER, 0)]

    done = subprocess.run(
        (*orphan, "/bin/echo", "started"), capture_output=True, cwd=ROOT, check=False
    )

    assert (done.returncode, done.stdout) == (1, b"")
