"""The doors to promo codes."""

from litestar import Controller, Response, delete, get, patch, post
from litestar.params import FromPath, JSONBody

from application.pricing.create_promo_code import CreatePromoCode, CreatePromoCodeCommand
from application.pricing.delete_promo_code import DeletePromoCode
from application.pricing.promo_code_access import PromoCodeAccess
from application.pricing.queries import PromoCodeQueries, PromoCodeView
from application.pricing.update_promo_code import UpdatePromoCode, UpdatePromoCodeCommand
from application.pricing.validate_promo_code import (
    ValidatedPromoCode,
    ValidatePromoCode,
    ValidatePromoCodeCommand,
)
from application.shared.actor import Actor, authorize_list
from application.shared.paging import Page, PageRequest
from domain.shared.ids import PromoCodeId
from domain.shared.permissions import Permission
from entrypoints.http.given import Given
from entrypoints.http.parameters import ByOrganization


class PromoCodeController(Controller):
    path = "/promo-codes"
    tags = ["Promo codes"]

    @post(operation_id="create_promo_code", summary="Make up a promo code")
    async def create_promo_code(
        self,
        data: JSONBody[CreatePromoCodeCommand],
        actor: Given[Actor],
        create_promo_code: Given[CreatePromoCode],
        promo_code_queries: Given[PromoCodeQueries],
    ) -> Response[PromoCodeView]:
        promo_code_id = await create_promo_code(actor, data)
        scope = actor.within(data.organization_id)
        view = await promo_code_queries.get_promo_code(scope, promo_code_id)
        return Response(view, headers={"Location": f"/api/v1/promo-codes/{promo_code_id}"})

    @get(operation_id="list_promo_codes", summary="List promo codes")
    async def list_promo_codes(
        self,
        actor: Given[Actor],
        promo_code_queries: Given[PromoCodeQueries],
        page: Given[PageRequest],
        organization_id: ByOrganization = None,
    ) -> Page[PromoCodeView]:
        """An organisation's, or those of all your organisations; newest first."""
        if organization_id is not None:
            scope = authorize_list(actor, Permission.PROMO_CODES_VIEW, organization_id)
        else:
            scope = actor.within(*actor.organizations_with(Permission.PROMO_CODES_VIEW))
        return await promo_code_queries.list_promo_codes(scope, page)

    @post(
        "/validate",
        operation_id="validate_promo_code",
        summary="Try a promo code on an order",
        status_code=200,
    )
    async def validate_promo_code(
        self,
        data: JSONBody[ValidatePromoCodeCommand],
        person: Given[Actor],
        validate_promo_code: Given[ValidatePromoCode],
    ) -> ValidatedPromoCode:
        """What it takes off, or why it does not. Nothing is held: the order itself decides."""
        return await validate_promo_code(person, data)

    @get("/{promo_code_id:uuid}", operation_id="get_promo_code", summary="Show a promo code")
    async def get_promo_code(
        self,
        promo_code_id: FromPath[PromoCodeId],
        actor: Given[Actor],
        promo_code_access: Given[PromoCodeAccess],
        promo_code_queries: Given[PromoCodeQueries],
    ) -> PromoCodeView:
        owner = await promo_code_access(actor, Permission.PROMO_CODES_VIEW, promo_code_id)
        return await promo_code_queries.get_promo_code(actor.within(owner), promo_code_id)

    @patch("/{promo_code_id:uuid}", operation_id="update_promo_code", summary="Change a promo code")
    async def update_promo_code(
        self,
        promo_code_id: FromPath[PromoCodeId],
        data: JSONBody[UpdatePromoCodeCommand],
        actor: Given[Actor],
        update_promo_code: Given[UpdatePromoCode],
        promo_code_access: Given[PromoCodeAccess],
        promo_code_queries: Given[PromoCodeQueries],
    ) -> PromoCodeView:
        await update_promo_code(actor, promo_code_id, data)
        shown = actor.shown(Permission.PROMO_CODES_VIEW)
        owner = await promo_code_access(shown, Permission.PROMO_CODES_VIEW, promo_code_id)
        return await promo_code_queries.get_promo_code(actor.within(owner), promo_code_id)

    @delete(
        "/{promo_code_id:uuid}",
        operation_id="delete_promo_code",
        summary="Remove an unused promo code",
    )
    async def delete_promo_code(
        self,
        promo_code_id: FromPath[PromoCodeId],
        actor: Given[Actor],
        delete_promo_code: Given[DeletePromoCode],
    ) -> None:
        await delete_promo_code(actor, promo_code_id)
