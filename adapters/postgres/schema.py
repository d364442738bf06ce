"""The one catalogue of tables; each context's `tables.py` adds its own (compared with the
migrations).
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, DateTime, Integer, MetaData, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

SCHEMA = MetaData()


def uid(name: str, *, key: bool = False, null: bool = False) -> Column[Any]:
    return Column(name, Uuid(as_uuid=True), primary_key=key, nullable=null and not key)


def words(name: str, *, null: bool = False, key: bool = False) -> Column[str]:
    return Column(name, Text, nullable=null and not key, primary_key=key)


def instant(name: str, *, null: bool = False) -> Column[datetime]:
    return Column(name, DateTime(timezone=True), nullable=null)


def document(name: str, *, null: bool = False) -> Column[Any]:
    return Column(name, JSONB(none_as_null=True), nullable=null)


def version() -> Column[int]:
    return Column("version", Integer, nullable=False)
