"""The guide to signing in, run in a shell against a demo that was just started."""

import subprocess
from pathlib import Path

import pytest

from tests.e2e.test_buying_guide import guide_of
from tests.e2e.test_demo import a_demo, free_port

pytestmark = pytest.mark.e2e


def test_somebody_signs_in_and_out_as_the_guide_says(tmp_path: Path) -> None:
    port = free_port()

    with a_demo(tmp_path / "home", port):
        told = subprocess.run(
            ["bash", "-c", guide_of("signing-in.md")],
            cwd=tmp_path,
            env={"PATH": "/usr/local/bin:/usr/bin:/bin", "API": f"http://127.0.0.1:{port}/api/v1"},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    assert told.returncode == 0, told.stdout + told.stderr
    assert '"device": "Firefox"' in told.stdout
    assert '"code"' not in told.stdout
    assert '"kty":"OKP"' in told.stdout
