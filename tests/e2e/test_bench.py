"""`make bench` works, whatever it measures: the numbers are for people, not for assertions."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HANGS_AFTER_SECONDS = 60
"""It takes a quarter of this on an idle machine."""
pytestmark = pytest.mark.e2e


def test_the_benchmark_sells_without_an_error_and_leaves_nothing_behind(tmp_path: Path) -> None:
    command = (sys.executable, "-m", "tests.bench", "--quick")

    done = subprocess.run(
        command,
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=HANGS_AFTER_SECONDS,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    measured = (
        "event",
        "event, unchanged (304)",
        "event, signed in",
        "event, 2,000 a second",
        "the same beside 50 logins/s",
        "events, a page of 20",
        "orders placed",
        "complete purchases",
        "purchases in three requests",
        "orders over 100 events",
        "orders by strangers",
        "sold out",
        "orders of one buyer alone",
        "scans",
    )
    without = (
        "scans",
        "orders of one buyer alone",
        "event, 2,000 a second",
        "the same beside 50 logins/s",
    )
    for what in measured:
        line = re.findall(rf"^{re.escape(what)}  .*$", done.stdout, re.MULTILINE)[0]
        assert line.endswith(" 0"), done.stdout
        assert what in without or re.search(r"\d\.\d\d \(\d+\.\d\d-\d+\.\d\d\)", line), done.stdout
    assert "1,000 clients for 500 tickets: 500 sold, 500 refused" in done.stdout
    assert list(tmp_path.iterdir()) == []
