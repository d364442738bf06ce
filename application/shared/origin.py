"""Who asked for a change, and from where: what the audit log keeps of every write."""

from typing import Literal
from uuid import UUID

from msgspec import Struct


class Origin(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Written as JSON beside each change; a change without one was made by the platform itself."""

    kind: Literal["person", "platform_admin", "api_key", "oauth_client", "scanner", "guest"]
    id: UUID | None = None
    """The person, key, client or scanner; a guest has none."""
    as_user: UUID | None = None
    """With whose eyes, in a support visit."""
    ip: str | None = None
    request_id: str | None = None
