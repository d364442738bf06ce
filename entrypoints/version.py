"""Which Tixmo this is."""

import tomllib
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path


def running_version() -> str:
    """Of the source tree this runs from, else of the installed package."""
    described = Path(__file__).parents[1] / "pyproject.toml"
    if described.exists():
        return str(tomllib.loads(described.read_text())["project"]["version"])
    try:
        return version("tixmo")
    except PackageNotFoundError:
        return "unknown"
