"""The shop developers' guide, run in a shell against a demo that was just started."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.e2e.test_demo import ROOT, a_demo, free_port

pytestmark = pytest.mark.e2e

_GUIDE = re.compile(r"<!-- guide -->\n```bash\n(.*?)```", re.DOTALL)


def guide_of(document: str) -> str:
    """The guide's calls, in a shell that stops at the first that fails."""
    said = (ROOT / "docs" / document).read_text()
    return "set -euo pipefail\n" + "\n".join(_GUIDE.findall(said))


def test_a_guest_buys_as_the_guide_says(tmp_path: Path) -> None:
    port = free_port()

    with a_demo(tmp_path / "home", port):
        told = subprocess.run(
            ["bash", "-c", guide_of("buying.md")],
            cwd=tmp_path,
            env={"PATH": "/usr/local/bin:/usr/bin:/bin", "API": f"http://127.0.0.1:{port}/api/v1"},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    assert told.returncode == 0, told.stdout + told.stderr
    assert '"isHeld": true' in told.stdout
    assert told.stdout.strip().endswith("paid")
    assert (tmp_path / "guest-ticket.png").read_bytes().startswith(b"\x89PNG")
