"""The doors to one's own account."""

from litestar import Controller, Response, delete, get, patch, post
from litestar.params import JSONBody

from application.identity.change_email import ChangeEmail, ChangeEmailCommand
from application.identity.change_password import ChangePassword, ChangePasswordCommand
from application.identity.delete_me import DeleteMe, DeleteMeCommand
from application.identity.export_me import ExportMe, PersonalData
from application.identity.queries import AccountQueries, UserQueries
from application.identity.update_me import UpdateMe, UpdateMeCommand
from application.identity.update_preferences import UpdatePreferences, UpdatePreferencesCommand
from application.identity.views import MeView, PreferencesView
from application.shared.actor import Actor, authorize_own
from domain.shared.permissions import PersonalScope
from entrypoints.http.given import Given
from entrypoints.http.identity.auth import MailSentView, mail_sent
from entrypoints.http.identity.signed_in import AnyRequest, client_of

REAUTHENTICATES = {"refuses": [403, 429]}


class MeController(Controller):
    path = "/users/me"
    tags = ("Users",)

    @get(operation_id="get_me__alias_1", summary="Show the signed-in person")
    async def get_me__alias_1(
        self, actor: Given[Actor], user_queries: Given[UserQueries]
    ) -> MeView:
        """The same as `/auth/me`."""
        authorize_own(actor, PersonalScope.PROFILE)
        return await user_queries.get_me(actor.as_person())

    @patch(operation_id="update_me", summary="Change your profile", opt={"refuses": [403]})
    async def update_me(
        self,
        data: JSONBody[UpdateMeCommand],
        person: Given[Actor],
        update_me: Given[UpdateMe],
        user_queries: Given[UserQueries],
    ) -> MeView:
        await update_me(person, data)
        return await user_queries.get_me(person.as_person())

    @delete(
        operation_id="delete_me",
        summary="Close your account",
        opt={"refuses": [403, 429]},
    )
    async def delete_me(
        self,
        request: AnyRequest,
        person: Given[Actor],
        delete_me: Given[DeleteMe],
        data: JSONBody[DeleteMeCommand | None] = None,
    ) -> None:
        """With your password, or without a body within ten minutes of signing in.

        What we know of you is forgotten. Organisers keep your orders, as invoices must be kept.
        """
        await delete_me(person, data or DeleteMeCommand(), client_of(request))

    @patch(
        "/password",
        status_code=204,
        operation_id="change_password",
        summary="Change your password",
        opt=REAUTHENTICATES,
    )
    async def change_password(
        self,
        request: AnyRequest,
        data: JSONBody[ChangePasswordCommand],
        person: Given[Actor],
        change_password: Given[ChangePassword],
    ) -> None:
        """Ends every session but this one."""
        await change_password(person, data, client_of(request))

    @post(
        "/email",
        status_code=202,
        operation_id="change_email",
        summary="Change your e-mail address",
        opt=REAUTHENTICATES,
    )
    async def change_email(
        self,
        request: AnyRequest,
        data: JSONBody[ChangeEmailCommand],
        person: Given[Actor],
        change_email: Given[ChangeEmail],
    ) -> Response[MailSentView]:
        """It counts when the token of the mail to the new address comes to `/auth/verify-email`."""
        await change_email(person, data, client_of(request))
        return mail_sent()

    @get("/preferences", operation_id="get_preferences", summary="Show what you like to be told")
    async def get_preferences(
        self, person: Given[Actor], account_queries: Given[AccountQueries]
    ) -> PreferencesView:
        return await account_queries.get_preferences(person.as_person())

    @patch(
        "/preferences",
        operation_id="update_preferences",
        summary="Change what you like to be told",
        opt={"refuses": [403]},
    )
    async def update_preferences(
        self,
        data: JSONBody[UpdatePreferencesCommand],
        person: Given[Actor],
        update_preferences: Given[UpdatePreferences],
        account_queries: Given[AccountQueries],
    ) -> PreferencesView:
        await update_preferences(person, data)
        return await account_queries.get_preferences(person.as_person())

    @get(
        "/export",
        operation_id="export_me",
        summary="Everything that we hold on you",
        opt={"refuses": [403]},
    )
    async def export_me(
        self, person: Given[Actor], export_me: Given[ExportMe]
    ) -> Response[PersonalData]:
        """For programs; a browser keeps it as a file."""
        headers = {
            "Cache-Control": "no-store",
            "Content-Disposition": 'attachment; filename="tixmo-account.json"',
        }
        return Response(await export_me(person), headers=headers)
