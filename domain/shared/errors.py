"""How the domain refuses: typed errors with a stable code.

The class of the refusal says what kind it is, and one table at the HTTP edge turns kinds into
statuses.
The first line of an error's docstring is the title that the public reads.
"""

from typing import Any, ClassVar


class DomainError(Exception):
    """The request was refused."""

    code: ClassVar[str] = "refused"
    title: ClassVar[str] = "The request was refused."
    """The docstring's first line."""
    field: ClassVar[str | None] = None
    """The member of the request that is wrong, by its name on the wire; a fact `field` wins."""

    def __init_subclass__(cls) -> None:
        if cls.__doc__:
            cls.title = cls.__doc__.strip().splitlines()[0]

    def __init__(self, detail: str = "", **facts: Any) -> None:
        """Refuse with an optional sentence for people and facts for programs, all public."""
        self.detail = detail or self.title
        self.facts = facts
        super().__init__(self.detail)

    def __repr__(self) -> str:
        facts = "".join(f", {name}={value!r}" for name, value in self.facts.items())
        return f"{type(self).__name__}({self.detail!r}{facts})"


class Invalid(DomainError):
    """The request does not make sense."""

    code = "invalid"


class Unauthenticated(DomainError):
    """Sign in first."""

    code = "unauthenticated"


class Forbidden(DomainError):
    """You are not allowed to do this."""

    code = "forbidden"


class PersonRequired(Forbidden):
    """People do this themselves, signed in: a key or an application's token does not."""

    code = "person_required"


class NotFound(DomainError):
    """There is no such thing, or it is not yours to see."""

    code = "not_found"


class Conflict(DomainError):
    """The request does not fit the present state."""

    code = "conflict"


class TooManyRequests(DomainError):
    """You ask too often; come back later."""

    code = "too_many_requests"


class Unavailable(DomainError):
    """Something we depend on is down; try again shortly."""

    code = "unavailable"


class StaleVersion(Conflict):
    """Somebody else changed this at the same time; read it again and retry."""

    code = "stale_version"
