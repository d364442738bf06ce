"""The commands, as somebody meets them who made a mistake."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from adapters.postgres.migrations.migrate import newest_revision
from tests.ports import free_ports

ROOT = Path(__file__).parents[3]


def tixmo(*words: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TIXMO_")}
    return subprocess.run(
        (sys.executable, "-m", "entrypoints.cli.main", *words),
        cwd=ROOT,
        env={**kept, **environment},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def test_help_lists_the_commands() -> None:
    answer = tixmo("--help")

    assert answer.returncode == 0
    for command in ("serve", "worker", "migrate", "seed", "doctor", "where", "demo"):
        assert command in answer.stdout


@pytest.mark.parametrize("command", ["serve", "worker", "migrate", "seed", "doctor", "demo"])
def test_wrong_settings_are_lines_and_no_traceback(command: str) -> None:
    answer = tixmo(command, TIXMO_PORT="eighty", TIXMO_COLOUR="blue")

    assert answer.returncode == 2
    assert "TIXMO_PORT" in answer.stderr
    assert "TIXMO_COLOUR: there is no such setting" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_without_a_database_the_way_to_one_is_told() -> None:
    answer = tixmo("serve")

    assert answer.returncode == 2
    assert "TIXMO_DATABASE_URL is not set" in answer.stderr
    assert "make demo" in answer.stderr


def test_the_demo_does_not_run_in_production(tmp_path: Path) -> None:
    answer = tixmo(
        "demo",
        TIXMO_ENV="production",
        TIXMO_HOME=str(tmp_path),
        TIXMO_DATABASE_URL="postgresql://db/tixmo",
        TIXMO_REDIS_URL="redis://cache",
        TIXMO_SIGNING_SECRETS="1:dGVzdC1zZWNyZXQtb2YtdGhpcnR5LXR3by1ieXRlcyE=",
        TIXMO_PAYMENTS="stripe",
        TIXMO_STRIPE_API_KEY="sk_live_1",
        TIXMO_STRIPE_WEBHOOK_SECRETS="whsec_1",
        TIXMO_MAIL="smtp",
        TIXMO_PUBLIC_URL="https://tickets.example",
    )

    assert answer.returncode == 2
    assert "does not run in production" in answer.stderr


def test_a_taken_port_is_told_before_anything_is_started(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])

        answer = tixmo("demo", TIXMO_PORT=port, TIXMO_HOME=str(tmp_path / "home"))

    assert answer.returncode == 1
    assert f"Cannot listen at 127.0.0.1:{port}" in answer.stderr
    assert "Traceback" not in answer.stderr
    assert not (tmp_path / "home").exists()


def test_a_doctor_finds_nobody_at_home() -> None:
    answer = tixmo("doctor", TIXMO_DATABASE_URL="postgresql://nobody@127.0.0.1:1/none")

    assert answer.returncode == 1
    assert "database" in answer.stdout
    assert "wrong" in answer.stdout


def test_a_doctor_is_content_with_what_is_well(
    postgres_url: str, redis_url: str, tmp_path: Path, emptied: None
) -> None:
    answer = tixmo(
        "doctor",
        TIXMO_DATABASE_URL=postgres_url,
        TIXMO_REDIS_URL=redis_url,
        TIXMO_HOME=str(tmp_path),
    )

    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert f"revision {newest_revision()}" in answer.stdout
    assert "every tenant's rows are kept apart" in answer.stdout


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_nobody_serves_in_production_whom_the_policies_do_not_bind(
    command: str, database_urls: tuple[str, str]
) -> None:
    answer = tixmo(
        command,
        TIXMO_ENV="production",
        TIXMO_PORT=str(free_ports(1)[0]),
        TIXMO_DATABASE_URL=database_urls[1],
        TIXMO_REDIS_URL="redis://127.0.0.1:1/0",
        TIXMO_SIGNING_SECRETS="1:dGVzdC1zZWNyZXQtb2YtdGhpcnR5LXR3by1ieXRlcyE=",
        TIXMO_PAYMENTS="stripe",
        TIXMO_STRIPE_API_KEY="sk_live_1",
        TIXMO_STRIPE_WEBHOOK_SECRETS="whsec_1",
        TIXMO_MAIL="smtp",
        TIXMO_PUBLIC_URL="https://tickets.example",
    )

    assert answer.returncode == 2, answer.stdout + answer.stderr
    assert "tixmo_owner owns the tables" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_migrating_twice_is_harmless(database_urls: tuple[str, str]) -> None:
    app, owner = database_urls

    answer = tixmo("migrate", TIXMO_DATABASE_URL=app, TIXMO_OWNER_DATABASE_URL=owner)

    assert answer.returncode == 0, answer.stderr
    assert f"revision {newest_revision()}" in answer.stdout
