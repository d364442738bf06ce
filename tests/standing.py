"""The container and the application of many tests: made once per worker, because to make them takes
longer than most tests.

For each test the container forgets what it made and what it was given instead of something. What
the application asks of its container is asked at each request.
"""

from collections.abc import Iterable, Mapping
from typing import Any, cast

from dependency_injector import providers
from litestar import Litestar

from entrypoints.container import Container, make_container
from entrypoints.http.app import create_app
from entrypoints.settings import Settings


class StandingContainer:
    """Is as good as a new one for each test: nothing made yet, nothing exchanged."""

    def __init__(self) -> None:
        self._container: Container | None = None
        self._as_made: list[tuple[providers.Provider[Any], int]] = []

    def anew(self, settings: Settings) -> Container:
        """The one container, with these settings. What others hold of it belongs to nobody."""
        container = self._container
        if container is None:
            container = self._container = make_container(settings)
            # The parts of the product are put together by overriding, too; those stay.
            made: Iterable[providers.Provider[Any]] = container.traverse()
            self._as_made = [(each, len(each.overridden)) for each in made]
        for provider, overridings in self._as_made:
            while len(provider.overridden) > overridings:
                provider.reset_last_overriding()
            if isinstance(provider, providers.BaseSingleton):
                provider.reset()
        container.settings.override(providers.Object(settings))
        return container


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
