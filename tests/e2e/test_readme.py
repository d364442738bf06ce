"""The README's own commands, run in a shell against a demo that was just started."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.e2e.test_demo import ROOT, a_demo, free_port

pytestmark = pytest.mark.e2e

_TOUR = re.compile(r"<!-- tour -->\n```bash\n(.*?)```", re.DOTALL)


def test_the_tour_sells_a_ticket_and_lets_its_holder_in_once(tmp_path: Path) -> None:
    script = "set -euo pipefail\n" + "\n".join(_TOUR.findall((ROOT / "README.md").read_text()))
    port = free_port()

    with a_demo(tmp_path / "home", port):
        told = subprocess.run(
            ["bash", "-c", script],
            cwd=tmp_path,
            env={"PATH": "/usr/local/bin:/usr/bin:/bin", "API": f"http://127.0.0.1:{port}/api/v1"},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    assert told.returncode == 0, told.stdout + told.stderr
    *_, first, second = told.stdout.strip().splitlines()
    assert '"status": "paid"' in told.stdout
    assert '"totalAmount": "76.60"' in told.stdout  # 80 less 10 %, 5 % and 0.50 a ticket.
    assert '"result":"accepted"' in first
    assert '"reason":"already_used"' in second
    assert (tmp_path / "ticket.png").read_bytes().startswith(b"\x89PNG")
