"""Request bodies, decoded strictly: no `"1"` for 1, no unknown fields, none twice, no NUL, and
every fault has its path.
"""

import json
import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, ClassVar, TypeVar
from urllib.parse import parse_qsl

import msgspec
from litestar import Request
from litestar._openapi.schema_generation import SchemaCreator
from litestar.datastructures import State
from litestar.dto import AbstractDTO
from litestar.openapi.spec import Reference, Schema
from litestar.typing import FieldDefinition
from msgspec import inspect

from domain.shared.errors import DomainError
from entrypoints.http.instants import check_instants

T = TypeVar("T")

NO_NUL = "NUL characters cannot be kept."

_DECIMAL = re.compile(r"-?([0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?|NaN|Infinity)")
"""As JSON writes numbers; the domain refuses the last two by their meaning."""

_JSON = re.compile(r"\s*application/([a-z0-9.-]+\+)?json\s*(;.*)?", re.IGNORECASE)

# A number stays as it was said: 1e999 is a decimal, and no float.
_AS_SAID = msgspec.json.Decoder(float_hook=str)


class MalformedRequest(DomainError):
    """The request cannot be read."""

    code = "malformed_request"


class UnsupportedMediaType(DomainError):
    """The body is JSON: send `Content-Type: application/json`."""

    code = "unsupported_media_type"
    field = "header.Content-Type"


def refusal(error: msgspec.MsgspecError) -> MalformedRequest:
    """Msgspec says `Expected int, got str - at `$.items[0].quantity``: the path is kept."""
    detail, separator, path = str(error).rpartition(" - at `")
    if not separator:
        return refusal_at("$", str(error))
    return refusal_at(path.rstrip("`"), detail)


def refusal_at(path: str, detail: str) -> MalformedRequest:
    return MalformedRequest(detail, errors=[{"path": path, "detail": detail}])


def decode_strictly(decoder: msgspec.json.Decoder[T], value: bytes) -> T:
    """The body as the decoder's type. Raises MalformedRequest, InvalidInstant."""
    try:
        decoded = decoder.decode(value)
        _check_texts(decoder.type, value)
        check_instants(decoder.type, decoded)
    except msgspec.MsgspecError as error:
        raise refusal(error) from error
    except (UnicodeError, RecursionError) as error:
        raise refusal_at("$", "The body is not valid UTF-8 JSON.") from error
    return decoded


def refuse_twins(value: bytes) -> None:
    """A field that is said twice in a body that was decoded: readers differ on which counts.

    Raises MalformedRequest.
    """
    if (path := _twin_in(_IN_PAIRS(value.decode()), "$")) is not None:
        raise refusal_at(path, "It is there twice.")


class _Twins(dict[str, Any]):
    """An object of which one member is there twice."""

    name = ""


def _paired(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) == len(pairs):
        return members
    twins, names = _Twins(pairs), [name for name, _ in pairs]
    twins.name = next(name for name in names if names.count(name) > 1)
    return twins


# Numbers are not looked at, and some are too long to be read.
_IN_PAIRS = json.JSONDecoder(object_pairs_hook=_paired, parse_int=str, parse_float=str).decode


def _twin_in(value: Any, path: str) -> str | None:
    inner: Iterable[tuple[str, Any]] = ()
    match value:
        case _Twins(name=name):
            return f"{path}.{name}"
        case list():
            inner = ((f"{path}[{position}]", item) for position, item in enumerate(value))
        case dict():
            inner = ((f"{path}.{name}", item) for name, item in value.items())
    return next((at for place, item in inner if (at := _twin_in(item, place))), None)


def _check_texts(kind: Any, value: bytes) -> None:
    """What msgspec lets through: NUL characters, and decimals such as `1_0` or ` 1`.

    Looks at the body again only if it may have them.
    """
    is_escaped = b"\\" in value
    amounts = [path for path in _decimals_in(kind) if is_escaped or path[-1].encode() in value]
    if not amounts and b"\\u0000" not in value:
        return
    said = _AS_SAID.decode(value)
    if b"\\u0000" in value and (path := _nul_in(said, "$")) is not None:
        raise refusal_at(path, NO_NUL)
    for names in amounts:
        for path, amount in _named(said, "$", names):
            if isinstance(amount, str) and _DECIMAL.fullmatch(amount) is None:
                raise refusal_at(path, "Invalid decimal string")


def _named(said: Any, path: str, names: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    """What is there under these names, and in every item of a list on the way."""
    if isinstance(said, list):
        for position, item in enumerate(said):
            yield from _named(item, f"{path}[{position}]", names)
    elif not names:
        yield path, said
    elif isinstance(said, dict):
        yield from _named(said.get(names[0]), f"{path}.{names[0]}", names[1:])


@cache
def _decimals_in(kind: Any) -> tuple[tuple[str, ...], ...]:
    """Where a body of this type has decimals: `("settings", "serviceFeeFixed")`."""
    return tuple(_decimals_of(inspect.type_info(kind)))


def _decimals_of(info: inspect.Type) -> Iterator[tuple[str, ...]]:
    match info:
        case inspect.DecimalType():
            yield ()
        case inspect.UnionType(types=kinds):
            for kind in kinds:
                yield from _decimals_of(kind)
        case inspect.ListType(item_type=kind) | inspect.VarTupleType(item_type=kind):
            yield from _decimals_of(kind)
        case inspect.StructType(fields=fields):
            for field in fields:
                for names in _decimals_of(field.type):
                    yield (field.encode_name, *names)


class StrictBody(AbstractDTO[Any]):
    """The application's one DTO: decodes a JSON body into the handler's struct, strictly."""

    _decoders: ClassVar[dict[str, msgspec.json.Decoder[Any]]] = {}

    def decode_bytes(self, value: bytes) -> Any:
        """Raises UnsupportedMediaType, MalformedRequest, InvalidInstant."""
        kind = self.asgi_connection.headers.get("content-type")
        # Without a word about it, it can be nothing else.
        if kind is not None and _JSON.fullmatch(kind) is None:
            raise UnsupportedMediaType
        decoder = self._decoders[self.asgi_connection.route_handler.handler_id]
        decoded = decode_strictly(decoder, value)
        refuse_twins(value)
        return decoded

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
    query = request.scope["query_string"]
    if b"%00" in query or b"\0" in query:
        names = (name for name, value in parse_qsl(query.decode("latin-1")) if "\0" in value)
        raise refusal_at(f"$.query.{next(names, '')}".rstrip("."), NO_NUL)


def _nul_in(value: Any, path: str) -> str | None:
    """Where the first one is; a member whose name has one is not named."""
    inner: Iterable[tuple[str, Any]] = ()
    match value:
        case str():
            return path if "\x00" in value else None
        case list():
            inner = ((f"{path}[{position}]", item) for position, item in enumerate(value))
        case dict():
            if any("\x00" in name for name in value):
                return path
            inner = ((f"{path}.{name}", item) for name, item in value.items())
    return next((at for place, item in inner if (at := _nul_in(item, place))), None)
