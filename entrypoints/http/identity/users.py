"""The doors to accounts, for the administrators of the platform."""

from typing import Annotated

from litestar import Controller, delete, get, put
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from application.identity.delete_user import DeleteUser
from application.identity.queries import AccountQueries
from application.identity.update_user import UpdateUser, UpdateUserCommand
from application.identity.views import AccountFilter, AccountOrder, AccountStatus, AccountView
from application.shared.actor import Actor
from application.shared.paging import Page, PageRequest
from domain.identity.team import Standing
from domain.shared.ids import UserId
from entrypoints.http.catalogue.sight import searched
from entrypoints.http.given import Given
from entrypoints.http.instants import instant


class UserController(Controller):
    path = "/users"
    tags = ("Users",)

    @get(operation_id="list_users", summary="List accounts", opt={"refuses": [422]})
    async def list_users(
        self,
        actor: Given[Actor],
        account_queries: Given[AccountQueries],
        page: Given[PageRequest],
        q: FromQuery[str | None] = None,
        email: FromQuery[str | None] = None,
        status: FromQuery[AccountStatus | None] = None,
        role: FromQuery[Standing | None] = None,
        created_from: Annotated[str | None, QueryParameter(name="createdFrom")] = None,
        created_to: Annotated[str | None, QueryParameter(name="createdTo")] = None,
        sort: FromQuery[AccountOrder] = AccountOrder.NEWEST,
    ) -> Page[AccountView]:
        """For the platform's administrators. `q` is a part of the address or the name."""
        where = AccountFilter(
            q=searched(q, "q"),
            email=searched(email, "email"),
            status=status,
            role=role,
            created_from=instant(created_from, "createdFrom"),
            created_to=instant(created_to, "createdTo", end_of_day=True),
            sort=sort,
        )
        return await account_queries.list_users(actor, where, page)

    @get("/{user_id:uuid}", operation_id="get_user", summary="Show an account")
    async def get_user(
        self,
        user_id: FromPath[UserId],
        actor: Given[Actor],
        account_queries: Given[AccountQueries],
    ) -> AccountView:
        """Your own, or any for the platform's administrators."""
        return await account_queries.get_user(actor, user_id)

    @put("/{user_id:uuid}", operation_id="update_user", summary="Change an account")
    async def update_user(
        self,
        user_id: FromPath[UserId],
        data: JSONBody[UpdateUserCommand],
        actor: Given[Actor],
        update_user: Given[UpdateUser],
        account_queries: Given[AccountQueries],
    ) -> AccountView:
        """For the platform's administrators. Disabling it ends its sessions."""
        await update_user(actor, user_id, data)
        return await account_queries.get_changed_user(user_id)

    @delete("/{user_id:uuid}", operation_id="delete_user", summary="Close an account")
    async def delete_user(
        self,
        user_id: FromPath[UserId],
        actor: Given[Actor],
        delete_user: Given[DeleteUser],
    ) -> None:
        """For the platform's administrators; what it does is told at `DELETE /users/me`."""
        await delete_user(actor, user_id)
