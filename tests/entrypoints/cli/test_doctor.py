"""`tixmo doctor stock` and `tixmo doctor invariants`, as an operator meets them."""

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest

from tests.entrypoints.cli.test_commands import tixmo

ORG = UUID(int=1)
POOL = UUID(int=2)


@pytest.fixture
def environment(postgres_url: str, redis_url: str, tmp_path: Path) -> dict[str, str]:
    return {
        "TIXMO_DATABASE_URL": postgres_url,
        "TIXMO_REDIS_URL": redis_url,
        "TIXMO_HOME": str(tmp_path),
    }


@pytest.fixture
def astray(owner_connection: psycopg.Connection[Any], emptied: None) -> None:
    """A pool of which three seem to be held, and nobody holds them."""
    owner_connection.execute(
        "insert into organizations (id, name, slug, type, status, default_currency,"
        " service_fee_percent, service_fee_fixed, created_at, updated_at, version) values"
        " (%s, 'Org', 'org', 'promoter', 'active', 'EUR', 0, 0, '2026-06-01', '2026-06-01', 1)",
        (ORG,),
    )
    owner_connection.execute(
        "insert into allotments (organization_id, id, kind, name, created_at)"
        " values (%s, %s, 'pool', 'Stand', '2026-06-01')",
        (ORG, POOL),
    )
    owner_connection.execute(
        "insert into allotment_counters (organization_id, allotment_id, capacity, held)"
        " values (%s, %s, 10, 3)",
        (ORG, POOL),
    )


def test_an_empty_house_is_in_order(environment: dict[str, str], emptied: None) -> None:
    stock = tixmo("doctor", "stock", **environment)
    invariants = tixmo("doctor", "invariants", **environment)

    assert (stock.returncode, invariants.returncode) == (0, 0), stock.stderr + invariants.stderr
    assert "No drift" in stock.stdout
    assert "I01" in invariants.stdout
    assert "rows" not in invariants.stdout


def test_drift_is_shown_and_repaired_only_when_asked(
    environment: dict[str, str], astray: None
) -> None:
    shown = tixmo("doctor", "stock", COLUMNS="200", **environment)
    without_reason = tixmo("doctor", "stock", "--repair", **environment)
    as_json = tixmo("doctor", "stock", "--json", **environment)
    repaired = tixmo("doctor", "stock", "--repair", "--because", "backup", "--json", **environment)
    after = tixmo("doctor", "stock", "--json", **environment)

    assert shown.returncode == 1
    for word in ("Org", "pool", "Stand", "held", "--repair"):
        assert word in shown.stdout
    assert without_reason.returncode == 2
    assert "--because" in without_reason.stderr
    [drift] = json.loads(as_json.stdout)["drift"]
    assert (as_json.returncode, drift["counter"], drift["counted"]) == (1, "held", 3)
    assert (drift["movements"], drift["orders"], drift["allotment_id"]) == (0, 0, str(POOL))
    assert repaired.returncode == 0, repaired.stdout + repaired.stderr
    assert [one["refused"] for one in json.loads(repaired.stdout)["repairs"]] == [None]
    assert (after.returncode, json.loads(after.stdout)) == (0, {"drift": [], "repairs": []})


def test_a_broken_invariant_is_shown_with_its_rows(
    environment: dict[str, str], astray: None
) -> None:
    shown = tixmo("doctor", "invariants", COLUMNS="200", **environment)
    as_json = tixmo("doctor", "invariants", "--json", **environment)

    assert (shown.returncode, as_json.returncode) == (1, 1)
    assert str(POOL) in shown.stdout
    found = json.loads(as_json.stdout)
    assert set(found) == {"I02", "S01"}
    assert found["I02"][0]["allotment_id"] == str(POOL)


@pytest.mark.parametrize("command", ["stock", "invariants"])
def test_nobody_at_home_is_told_in_a_line(command: str) -> None:
    answer = tixmo("doctor", command, TIXMO_DATABASE_URL="postgresql://nobody@127.0.0.1:1/none")

    assert answer.returncode == 1
    assert "Traceback" not in answer.stderr
    assert "database" in answer.stderr.lower()
