"""Questions about accounts: one's own, and all of them for the platform's administrators."""

from typing import Any

from sqlalchemy import Row, select, text

from adapters.postgres.database import Database
from adapters.postgres.identity.account_rows import (
    preferences_from_row,
    preferences_to_row,
    user_preferences,
)
from application.identity.platform_access import require_platform_admin
from application.identity.views import (
    AccountFilter,
    AccountOrder,
    AccountStatus,
    AccountView,
    PreferencesView,
)
from application.shared.actor import Actor, authorize_own
from application.shared.paging import Page, PageRequest, page_of
from application.shared.scope import SYSTEM, Scope
from domain.identity.errors import UserNotFound
from domain.identity.preferences import Preferences
from domain.identity.team import Standing
from domain.shared.email import key_of
from domain.shared.ids import UserId
from domain.shared.permissions import PersonalScope

# What `standing_of` says of a person, in SQL, so that lists can be filtered by it.
_ROLE = """
    case when u.is_platform_admin then 'admin'
         when exists (select from memberships m where m.user_id = u.id and m.role <> 'scanner')
         then 'promoter'
         when exists (select from memberships m where m.user_id = u.id) then 'scanner'
         else 'customer' end
"""
_ACCOUNTS = f"""
    select * from (
        select u.id, u.email, u.email_key, u.first_name, u.last_name, u.phone, u.is_active,
               u.is_platform_admin, u.created_at, u.last_login_at, u.email_verified_at,
               {_ROLE} as standing
        from users u where u.closed_at is null) as a
"""
_ACCOUNT = text(f"{_ACCOUNTS} where id = :id")
_SORTS = {
    AccountOrder.NEWEST: ("id desc", "id < :after_id"),
    AccountOrder.OLDEST: ("id", "id > :after_id"),
    AccountOrder.EMAIL: ("email_key, id", "(email_key, id) > (:after_email, :after_id)"),
}


class PostgresAccountQueries:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def get_preferences(self, scope: Scope) -> PreferencesView:
        mine = select(user_preferences).where(user_preferences.c.user_id == scope.person_id)
        async with self._database.read(scope) as connection:
            row = (await connection.execute(mine)).one_or_none()
        kept = Preferences() if row is None else preferences_from_row(row)
        return PreferencesView(**preferences_to_row(kept))

    async def get_user(self, actor: Actor, user_id: UserId) -> AccountView:
        if user_id == actor.user_id:
            authorize_own(actor, PersonalScope.PROFILE)
        else:
            require_platform_admin(actor, user_id)
        return await self._get(_as_admin(actor), user_id)

    async def get_changed_user(self, user_id: UserId) -> AccountView:
        return await self._get(SYSTEM, user_id)

    async def list_users(
        self, actor: Actor, where: AccountFilter, page: PageRequest
    ) -> Page[AccountView]:
        require_platform_admin(actor)
        conditions, keys = _conditions(where)
        order, beyond = _SORTS[where.sort]
        after = page.after(tuple[str, UserId])
        if after is not None:
            conditions.append(beyond)
            keys |= {"after_email": after[0], "after_id": after[1]}
        statement = text(
            f"{_ACCOUNTS} where {' and '.join(conditions)} order by {order} limit :limit"
        )
        keys["limit"] = page.limit + 1
        async with self._database.read(_as_admin(actor)) as connection:
            rows = (await connection.execute(statement, keys)).all()
        found = page_of(rows, page, lambda row: (row.email_key, row.id))
        return Page([_account(row) for row in found.items], found.next_cursor)

    async def _get(self, scope: Scope, user_id: UserId) -> AccountView:
        async with self._database.read(scope) as connection:
            row = (await connection.execute(_ACCOUNT, {"id": user_id})).one_or_none()
        if row is None:
            raise UserNotFound
        return _account(row)


def _as_admin(actor: Actor) -> Scope:
    """Memberships of all organisations decide what somebody is, so their administrators see all."""
    if not actor.is_platform_admin:
        return actor.as_person()
    return Scope(kind=SYSTEM.kind, person_id=actor.user_id, session_id=actor.session_id)


def _conditions(where: AccountFilter) -> tuple[list[str], dict[str, Any]]:
    conditions, keys = ["true"], dict[str, Any]()
    if where.q:
        conditions.append(
            "(strpos(email_key, :q) > 0 or strpos(lower(first_name || ' ' || last_name), :q) > 0)"
        )
        keys["q"] = where.q.casefold()
    if where.email is not None:
        conditions.append("email_key = :email")
        keys["email"] = key_of(where.email.strip())
    if where.status is not None:
        conditions.append("is_active = :is_active")
        keys["is_active"] = where.status is AccountStatus.ACTIVE
    if where.role is not None:
        conditions.append("standing = :role")
        keys["role"] = where.role.value
    if where.created_from is not None:
        conditions.append("created_at >= :created_from")
        keys["created_from"] = where.created_from
    if where.created_to is not None:
        conditions.append("created_at <= :created_to")
        keys["created_to"] = where.created_to
    return conditions, keys


def _account(row: Row[Any]) -> AccountView:
    return AccountView(
        id=row.id,
        email=row.email,
        first_name=row.first_name,
        last_name=row.last_name,
        role=Standing(row.standing),
        email_verified=row.email_verified_at is not None,
        phone=row.phone,
        is_active=row.is_active,
        is_platform_admin=row.is_platform_admin,
        created_at=row.created_at,
        last_login_at=row.last_login_at,
    )
