"""Second factors, passkeys and spent challenges as rows."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    DateTime,
    Integer,
    LargeBinary,
    Row,
    Table,
    Text,
    exists,
    or_,
)
from sqlalchemy.dialects.postgresql import ARRAY

from adapters.postgres.database import UNIQUE
from adapters.postgres.schema import SCHEMA, instant, uid, version, words
from domain.identity.errors import ChallengeOver, PasskeyKnown
from domain.identity.passkey import Passkey
from domain.identity.second_factor import SecondFactor

UNIQUE["passkeys_credential_key"] = PasskeyKnown
UNIQUE["spent_challenges_pkey"] = ChallengeOver

second_factors = Table(
    "second_factors",
    SCHEMA,
    uid("user_id", key=True),
    Column("seed", LargeBinary),
    instant("enabled_at", null=True),
    Column("last_step", BigInteger),
    Column("pending_seed", LargeBinary),
    instant("pending_until", null=True),
    Column("recovery_hashes", ARRAY(LargeBinary), nullable=False),
    Column("wrong_at", ARRAY(DateTime(timezone=True)), nullable=False),
    Column("wrong_in_a_row", Integer, nullable=False),
    version(),
)

passkeys = Table(
    "passkeys",
    SCHEMA,
    uid("id", key=True),
    uid("user_id"),
    Column("credential_id", LargeBinary, nullable=False),
    Column("public_key", LargeBinary, nullable=False),
    Column("sign_count", BigInteger, nullable=False),
    words("name"),
    Column("transports", ARRAY(Text), nullable=False),
    instant("created_at"),
    instant("last_used_at", null=True),
    instant("suspected_at", null=True),
    version(),
)

spent_challenges = Table(
    "spent_challenges",
    SCHEMA,
    uid("id", key=True),
    instant("expires_at"),
)


def has_second_factor(user_id: ColumnElement[Any]) -> ColumnElement[bool]:
    """The same as `Factors.are_asked`."""
    factor, key = second_factors.alias(), passkeys.alias()
    return or_(
        exists().where(factor.c.user_id == user_id, factor.c.seed.is_not(None)),
        exists().where(key.c.user_id == user_id, key.c.suspected_at.is_(None)),
    )


def factor_to_row(factor: SecondFactor) -> dict[str, Any]:
    return {
        "user_id": factor.user_id,
        "seed": factor.seed,
        "enabled_at": factor.enabled_at,
        "last_step": factor.last_step,
        "pending_seed": factor.pending_seed,
        "pending_until": factor.pending_until,
        "recovery_hashes": sorted(factor.recovery_hashes),
        "wrong_at": list(factor.wrong_at),
        "wrong_in_a_row": factor.wrong_in_a_row,
    }


def factor_from_row(row: Row[Any]) -> SecondFactor:
    return SecondFactor(
        user_id=row.user_id,
        seed=row.seed,
        enabled_at=row.enabled_at,
        last_step=row.last_step,
        pending_seed=row.pending_seed,
        pending_until=row.pending_until,
        recovery_hashes=frozenset(row.recovery_hashes),
        wrong_at=tuple(row.wrong_at),
        wrong_in_a_row=row.wrong_in_a_row,
        version=row.version,
    )


def passkey_to_row(passkey: Passkey) -> dict[str, Any]:
    return {
        "id": passkey.id,
        "user_id": passkey.user_id,
        "credential_id": passkey.credential_id,
        "public_key": passkey.public_key,
        "sign_count": passkey.sign_count,
        "name": passkey.name,
        "transports": list(passkey.transports),
        "created_at": passkey.created_at,
        "last_used_at": passkey.last_used_at,
        "suspected_at": passkey.suspected_at,
    }


def passkey_from_row(row: Row[Any]) -> Passkey:
    return Passkey(
        id=row.id,
        user_id=row.user_id,
        credential_id=row.credential_id,
        public_key=row.public_key,
        sign_count=row.sign_count,
        name=row.name,
        transports=tuple(row.transports),
        created_at=row.created_at,
        last_used_at=row.last_used_at,
        suspected_at=row.suspected_at,
        version=row.version,
    )
