"""The application as an HTTP server's process makes it: from its environment and nothing else."""

import ctypes
import gc
import signal
import sys

from litestar import Litestar

from entrypoints.container import make_container
from entrypoints.http.app import create_app
from entrypoints.http.request_lines import RequestLines, request_lines
from entrypoints.logging import configure_logging
from entrypoints.settings import load_settings

_PR_SET_PDEATHSIG = 1


def create() -> Litestar:
    _end_with_the_server()
    settings = load_settings()
    configure_logging(settings)
    tell = request_lines(settings)
    app = create_app(make_container(settings), tell)
    if isinstance(tell, RequestLines):
        app.on_shutdown.append(tell.flush)
    app.on_startup.append(_settle_down)
    return app


def _settle_down() -> None:
    """What is here now stays: looking through it for garbage cost a third of an order."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def _end_with_the_server() -> None:
    """A worker whose server was killed would serve on, and hold the port, for ever (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
