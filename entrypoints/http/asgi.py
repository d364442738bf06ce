"""The application as an HTTP server's process makes it: from its environment and nothing else."""

from litestar import Litestar

from entrypoints.container import make_container
from entrypoints.http.app import create_app
from entrypoints.logging import configure_logging
from entrypoints.settings import load_settings


def create() -> Litestar:
    settings = load_settings()
    configure_logging(settings)
    return create_app(make_container(settings))
