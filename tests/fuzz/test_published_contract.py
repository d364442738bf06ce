"""schemathesis over the published OpenAPI: no 5xx, no status, type or body that is not declared."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from tests.fuzz.serving import serving

# Long runs (`make fuzz`) raise these; the suite's own run is bounded to well under a minute.
EXAMPLES = int(os.environ.get("TIXMO_TEST_FUZZ_EXAMPLES", "4"))
SECONDS = int(os.environ.get("TIXMO_TEST_FUZZ_SECONDS", "240"))

CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,"
    "response_schema_conformance"
)


def a_token(address: str, email: str) -> str:
    person = {
        "email": email,
        "password": "Password123!",
        "firstName": "Fu",
        "lastName": "Zz",
    }
    answer = httpx.post(f"{address}/api/v1/auth/register", json=person)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["accessToken"])


@pytest.mark.slow
def test_the_api_keeps_its_published_contract(
    postgres_url: str,
    redis_url: str,
    emptied: None,
    owner_connection: psycopg.Connection[Any],
    tmp_path: Path,
) -> None:
    with serving(postgres_url, redis_url, tmp_path) as address:
        token = a_token(address, "fuzz@example.com")
        # A platform administrator gets past every permission, so the checks behind them are met.
        owner_connection.execute("update users set is_platform_admin = true")

        run = subprocess.run(
            [
                str(Path(sys.executable).with_name("st")),
                "run",
                f"{address}/api/v1/openapi.json",
                f"--checks={CHECKS}",
                f"--max-examples={EXAMPLES}",
                "--phases=examples,coverage,fuzzing",
                "--mode=all",
                "--generation-deterministic",
                "--no-shrink",
                "--continue-on-failure",
                "--suppress-health-check=all",
                "--exclude-operation-id=log_out",
                f"--header=Authorization: Bearer {token}",
                "--warnings=off",
            ],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        log = (tmp_path / "serve.log").read_text()

    assert run.returncode == 0, f"{run.stdout[-12000:]}\n{run.stderr[-2000:]}\n{log[-3000:]}"
