"""How everything is read: for each question of the API, one that its rightful asker is answered."""

from urllib.parse import urlencode

from tests.http.account_recipes import an_admin_and_somebody
from tests.http.api_key_recipes import a_key
from tests.http.oauth_recipes import a_client
from tests.http.oauth_scene import BACK, CHALLENGE, an_app
from tests.http.organization_recipes import AN_ACCOUNT, domain, invitation, token
from tests.http.repeating import A_CODE, A_VENUE, FLOOR, Recipe, World, Write
from tests.http.visit_recipes import a_visit

READS: dict[str, Recipe] = {}


def read(operation_id: str, path: str, *, by: str = "promoter") -> None:
    """A question whose path needs nothing but the world's own ids."""

    async def ask(world: World) -> Write:
        filled = path.format(
            organization=world.organization, event=world.event, ticket_type=world.ticket_type
        )
        return Write("GET", filled, getattr(world, by) if by else "")

    READS[operation_id] = ask


def prepared(operation_id: str) -> "_Keeper":
    return _Keeper(operation_id)


class _Keeper:
    def __init__(self, operation_id: str) -> None:
        self.operation_id = operation_id

    def __call__(self, recipe: Recipe) -> Recipe:
        READS[self.operation_id] = recipe
        return recipe


EVENT = "/events/{event}"
TYPE = "/events/{event}/ticket-types/{ticket_type}"

read("report_health", "/health", by="")
read("show_keys", "/.well-known/jwks.json", by="")
read("get_me", "/auth/me", by="buyer")
read("get_me__alias_1", "/users/me", by="buyer")
read("get_preferences", "/users/me/preferences", by="buyer")
read("export_me", "/users/me/export", by="buyer")
read("list_my_orders", "/users/me/orders", by="buyer")
read("list_my_tickets", "/users/me/tickets", by="buyer")
read("list_login_providers", "/auth/providers", by="")
read("list_identities", "/users/me/identities", by="buyer")
read("list_sessions", "/auth/sessions", by="buyer")
read("get_second_factor", "/auth/2fa", by="buyer")
read("list_passkeys", "/auth/passkeys", by="buyer")
read("list_organizations", "/organizations")
read("get_organization", "/organizations/{organization}")
read("list_members", "/organizations/{organization}/members")
read("list_invitations", "/organizations/{organization}/invitations")
read("list_my_invitations", "/users/me/invitations", by="buyer")
read("get_revenue_shares", "/organizations/{organization}/revenue-shares")
read("list_audit_entries", "/organizations/{organization}/audit-log")
read("check_audit_log", "/organizations/{organization}/audit-log/check")
read("list_api_keys", "/organizations/{organization}/api-keys")
read("list_oauth_clients", "/organizations/{organization}/oauth-clients")
read("list_authorizations", "/users/me/authorizations", by="buyer")
read("list_venues", "/venues?organizationId={organization}", by="")
read("list_events", "/events?organizationId={organization}")
read("get_event", EVENT)
read("list_ticket_types", f"{EVENT}/ticket-types")
read("get_ticket_type", TYPE)
read("get_availability", f"{TYPE}/availability?explain=true")
read("get_availability__alias_1", "/ticket-types/{ticket_type}/availability?explain=true")
read("list_pools", f"{EVENT}/pools")
read("list_promo_codes", "/promo-codes?organizationId={organization}")
read("get_cart", "/cart", by="buyer")
read("list_orders", "/orders?organizationId={organization}")
read("list_payments", "/payments?organizationId={organization}")
read("list_tickets", "/tickets?organizationId={organization}")
read("list_event_waiting_list", f"{EVENT}/waiting-list")
read("list_waiting_list_entries", "/waiting-list", by="buyer")
read("show_waiting_room", f"{EVENT}/waiting-room")
read("list_scanners", "/scanners?organizationId={organization}")
read("list_scans", "/scanners/logs?organizationId={organization}&eventId={event}")


@prepared("return_from_provider")
async def _(world: World) -> Write:
    started = await world.ask("POST", "/auth/oidc/corp/start", "", {})
    return Write("GET", f"/auth/oidc/corp/callback?state={started['state']}&code=c")


@prepared("get_invitation")
async def _(world: World) -> Write:
    invited = await invitation(world)
    path = f"/organizations/{world.organization}/invitations/{invited['id']}"
    return Write("GET", path, world.promoter)


@prepared("get_payout_account")
async def _(world: World) -> Write:
    path = f"/organizations/{world.organization}/payout-account"
    await world.ask("PUT", path, world.promoter, AN_ACCOUNT)
    return Write("GET", path, world.promoter)


@prepared("get_domain")
async def _(world: World) -> Write:
    return Write("GET", await domain(world), world.promoter)


@prepared("show_invitation")
async def _(world: World) -> Write:
    return Write("GET", f"/invitations/{await token(world)}")


@prepared("get_venue")
async def _(world: World) -> Write:
    venue = await world.ask("POST", "/venues", world.promoter, A_VENUE | world.of_mine)
    return Write("GET", f"/venues/{venue['id']}")


@prepared("get_pool")
async def _(world: World) -> Write:
    path = f"/events/{world.event}/pools"
    pool = await world.ask("POST", path, world.promoter, {"name": "Inner ring", "quantity": 50})
    return Write("GET", f"{path}/{pool['id']}", world.promoter)


@prepared("get_promo_code")
async def _(world: World) -> Write:
    code = await world.ask("POST", "/promo-codes", world.promoter, A_CODE | world.of_mine)
    return Write("GET", f"/promo-codes/{code['id']}", world.promoter)


@prepared("get_order")
async def _(world: World) -> Write:
    return Write("GET", f"/orders/{(await world.order())['id']}", world.buyer)


@prepared("get_payment")
async def _(world: World) -> Write:
    return Write("GET", f"/payments/{(await world.payment())['paymentId']}", world.buyer)


async def _a_ticket(world: World) -> str:
    await world.barcode()
    tickets = await world.ask("GET", "/tickets", world.buyer)
    return str(tickets["items"][0]["id"])


@prepared("list_order_tickets")
async def _(world: World) -> Write:
    await world.barcode()
    orders = await world.ask("GET", "/orders", world.buyer)
    return Write("GET", f"/orders/{orders['items'][0]['id']}/tickets", world.buyer)


@prepared("get_ticket")
async def _(world: World) -> Write:
    return Write("GET", f"/tickets/{await _a_ticket(world)}", world.buyer)


@prepared("get_ticket_qr_code")
async def _(world: World) -> Write:
    return Write("GET", f"/tickets/{await _a_ticket(world)}/qr-code", world.buyer)


@prepared("get_ticket_qr_code__alias_1")
async def _(world: World) -> Write:
    return Write("GET", f"/tickets/{await _a_ticket(world)}/qr", world.buyer)


@prepared("get_scanner")
async def _(world: World) -> Write:
    return Write("GET", f"/scanners/{(await world.scanner())['id']}", world.promoter)


@prepared("poll_queue")
async def _(world: World) -> Write:
    await world.ask("POST", f"/events/{world.event}/queue", world.buyer)
    return Write("GET", f"/events/{world.event}/queue", world.buyer)


@prepared("get_waiting_list_entry")
async def _(world: World) -> Write:
    items = [{"ticketTypeId": world.ticket_type, "quantity": 10}]
    await world.ask("POST", "/orders", world.buyer, {"items": items})
    wish = {"ticketTypeId": world.ticket_type, "quantity": 1}
    entry = await world.ask("POST", f"/events/{world.event}/waiting-list", world.buyer, wish)
    return Write("GET", f"/waiting-list/{entry['id']}", world.buyer)


@prepared("get_event:draft")
async def _(world: World) -> Write:
    return Write("GET", f"/events/{await world.draft()}", world.promoter)


@prepared("list_ticket_types:draft")
async def _(world: World) -> Write:
    return Write("GET", f"/events/{await world.draft()}/ticket-types", world.promoter)


@prepared("get_ticket_type:draft")
async def _(world: World) -> Write:
    path = f"/events/{await world.draft()}/ticket-types"
    floor = await world.ask("POST", path, world.promoter, FLOOR)
    return Write("GET", f"{path}/{floor['id']}", world.promoter)


@prepared("get_availability:draft")
async def _(world: World) -> Write:
    path = f"/events/{await world.draft()}/ticket-types"
    floor = await world.ask("POST", path, world.promoter, FLOOR)
    return Write("GET", f"{path}/{floor['id']}/availability", world.promoter)


@prepared("get_api_key")
async def _(world: World) -> Write:
    path, _key = await a_key(world)
    return Write("GET", path, world.promoter)


@prepared("get_oauth_client")
async def _(world: World) -> Write:
    return Write("GET", await a_client(world), world.promoter)


@prepared("show_consent")
async def _(world: World) -> Write:
    app = await an_app(world)
    asked = {
        "client_id": app.id,
        "redirect_uri": BACK,
        "scope": "profile",
        "state": "state-of-a-browser",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }
    return Write("GET", f"/oauth/authorize?{urlencode(asked)}", world.buyer)


@prepared("get_user")
async def _(world: World) -> Write:
    me = await world.ask("GET", "/users/me", world.buyer)
    return Write("GET", f"/users/{me['id']}", world.buyer)


@prepared("list_users")
async def _(world: World) -> Write:
    admin, _ = await an_admin_and_somebody(world)
    return Write("GET", "/users", admin)


@prepared("list_support_visits")
async def _(world: World) -> Write:
    admin, _visit = await a_visit(world)
    return Write("GET", "/support-visits", admin)
