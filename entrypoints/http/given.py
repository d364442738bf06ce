"""What a handler is given by name: use cases, queries, the actor. Trusted, so Litestar need not
check it.
"""

from typing import Annotated, TypeAlias, TypeVar

from litestar.di import Dependency
from litestar.params import SkipValidationMarker

T = TypeVar("T")

Given: TypeAlias = Annotated[T, Dependency(), SkipValidationMarker()]
"""`Given[CancelOrder]`: the provider of the parameter's name. Protocols are welcome."""
