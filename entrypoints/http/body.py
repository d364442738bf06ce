"""Request bodies, decoded strictly: no `"1"` for 1, no unknown fields, no NUL, and every fault has
its path.
"""

from typing import Any, ClassVar, TypeVar

import msgspec
from litestar import Request
from litestar._openapi.schema_generation import SchemaCreator
from litestar.datastructures import State
from litestar.dto import AbstractDTO
from litestar.openapi.spec import Reference, Schema
from litestar.typing import FieldDefinition

from domain.shared.errors import DomainError

T = TypeVar("T")


class MalformedRequest(DomainError):
    """The request cannot be read."""

    code = "malformed_request"


def refusal(error: msgspec.MsgspecError) -> MalformedRequest:
    """Msgspec says `Expected int, got str - at `$.items[0].quantity``: the path is kept."""
    detail, separator, path = str(error).rpartition(" - at `")
    if not separator:
        return MalformedRequest(str(error), errors=[{"path": "$", "detail": str(error)}])
    path = path.rstrip("`")
    return MalformedRequest(detail, errors=[{"path": path, "detail": detail}])


def decode_strictly(decoder: msgspec.json.Decoder[T], value: bytes) -> T:
    """The body as the decoder's type. Raises MalformedRequest."""
    try:
        decoded = decoder.decode(value)
    except msgspec.MsgspecError as error:
        raise refusal(error) from error
    except (UnicodeError, RecursionError) as error:
        raise MalformedRequest("The body is not valid UTF-8 JSON.") from error
    if b"\\u0000" in value and _has_nul(msgspec.json.decode(value)):
        raise MalformedRequest("NUL characters cannot be kept.")
    return decoded


class StrictBody(AbstractDTO[Any]):
    """The application's one DTO: decodes a JSON body into the handler's struct, strictly."""

    _decoders: ClassVar[dict[str, msgspec.json.Decoder[Any]]] = {}

    def decode_bytes(self, value: bytes) -> Any:
        decoder = self._decoders[self.asgi_connection.route_handler.handler_id]
        return decode_strictly(decoder, value)

    @classmethod
    def create_for_field_definition(
        cls, field_definition: FieldDefinition, handler_id: str, backend_cls: Any = None
    ) -> None:
        cls._decoders[handler_id] = msgspec.json.Decoder(field_definition.annotation, strict=True)

    @classmethod
    def create_openapi_schema(
        cls, field_definition: FieldDefinition, handler_id: str, schema_creator: SchemaCreator
    ) -> Reference | Schema:
        return schema_creator.for_field_definition(field_definition)

    @classmethod
    def generate_field_definitions(cls, model_type: type[Any]) -> Any:
        raise NotImplementedError("Fields are msgspec's business.")

    @classmethod
    def detect_nested_field(cls, field_definition: FieldDefinition) -> bool:
        return False


async def refuse_nul(request: Request[Any, Any, State]) -> None:
    """PostgreSQL has no text with a NUL, so none can be asked for. Raises MalformedRequest."""
    if b"%00" in request.scope["query_string"] or b"\0" in request.scope["query_string"]:
        raise MalformedRequest("NUL characters cannot be kept.")


def _has_nul(value: Any) -> bool:
    match value:
        case str():
            return "\x00" in value
        case list():
            return any(_has_nul(item) for item in value)
        case dict():
            return any("\x00" in key or _has_nul(item) for key, item in value.items())
        case _:
            return False
