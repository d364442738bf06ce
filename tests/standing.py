"""The application of many tests: made once per worker, because that takes longer than most tests.

Each of them puts its own container behind it: what the application asks of its container is asked
of the present one, at each request.
"""

from collections.abc import Mapping
from typing import Any, cast

from litestar import Litestar

from entrypoints.container import Container
from entrypoints.http.app import create_app


class Stage:
    """Looks like a container to `create_app`; the present one is behind it."""

    def __init__(self, container: Container) -> None:
        self.present = container

    def settings(self) -> Any:
        return self.present.settings()

    def __getattr__(self, context: str) -> "_Context":
        return _Context(self, context)


class _Context:
    def __init__(self, stage: Stage, context: str) -> None:
        self._stage, self._context = stage, context

    @property
    def providers(self) -> Mapping[str, "_Late"]:
        names = getattr(self._stage.present, self._context).providers
        return {name: getattr(self, name) for name in names}

    def __getattr__(self, name: str) -> "_Late":
        return _Late(self._stage, self._context, name)


class _Late:
    def __init__(self, stage: Stage, context: str, name: str) -> None:
        self._stage, self._context, self._name = stage, context, name

    def __call__(self) -> Any:
        return getattr(getattr(self._stage.present, self._context), self._name)()


class Standing:
    """The application, and the stage that it stands on."""

    def __init__(self) -> None:
        self._stage: Stage | None = None
        self._app: Litestar | None = None

    def app(self, container: Container) -> Litestar:
        """The one application, with this container behind it."""
        if self._stage is None or self._app is None:
            self._stage = Stage(container)
            self._app = create_app(cast(Container, self._stage))
        self._stage.present = container
        self._app.state.container = container  # For tests that do the worker's part.
        return self._app
