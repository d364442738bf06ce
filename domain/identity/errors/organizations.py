"""What organisations and their members refuse."""

from domain.shared.errors import (
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    StaleVersion,
    TooManyRequests,
)


class OrganizationNotFound(NotFound):
    """There is no such organisation, or it is not yours to see."""

    code = "organization_not_found"


class SlugTaken(StaleVersion):
    """Another organisation took this short name a moment ago; try again."""

    code = "slug_taken"


class InvalidServiceFee(Invalid):
    """A service fee is 0 to 100 percent with two decimal places and a sum of zero or more."""

    code = "invalid_service_fee"
    field = "settings"


class MemberNotNamed(Invalid):
    """Name the new member by userId or by email, and not by both."""

    code = "member_not_named"


class AlreadyMember(Conflict):
    """This person is a member of the organisation already."""

    code = "already_member"


class MemberNotFound(NotFound):
    """This person is not a member of the organisation."""

    code = "member_not_found"


class LastOwner(Conflict):
    """An organisation keeps at least one owner."""

    code = "last_owner"


class OwnersOnly(Forbidden):
    """Only an owner makes or removes owners."""

    code = "owners_only"


class InvalidEventLimit(Invalid):
    """A member works for all events or for 1 to 1000 of the organisation's; owners for all."""

    code = "invalid_event_limit"
    field = "eventIds"


class NothingToChange(Invalid):
    """Name at least one thing to change."""

    code = "nothing_to_change"


class InviteByEmail(Forbidden):
    """Invite people by their e-mail address; only the platform adds them by their id."""

    code = "invite_by_email"


class InvitationNotFound(NotFound):
    """There is no such invitation, or it is not yours to see."""

    code = "invitation_not_found"


class AlreadyInvited(Conflict):
    """This address was invited already; send that invitation again or revoke it."""

    code = "already_invited"


class InvitationClosed(Conflict):
    """The invitation was used, declined or revoked; ask for a new one."""

    code = "invitation_closed"


class InvitationExpired(Conflict):
    """The invitation is over; ask for a new one."""

    code = "invitation_expired"


class TooManyInvitations(TooManyRequests):
    """Too many invitations within the hour; wait before you send another."""

    code = "too_many_invitations"


class TooManyOrganizations(TooManyRequests):
    """You founded too many organisations within a day; wait before you found another."""

    code = "too_many_organizations"


class PlatformAdminsOnly(Forbidden):
    """Only the operators of the platform do this."""

    code = "platform_admins_only"


class OrganizationStatusConflict(Conflict):
    """The organisation cannot change to this status from the one it has."""

    code = "organization_status_conflict"


class OrganizationHasSales(Conflict):
    """Events with orders are still to come; cancel them or wait until they are over."""

    code = "organization_has_sales"


class InvalidColor(Invalid):
    """A colour is a # and six hexadecimal digits."""

    code = "invalid_color"
    field = "settings"


class InvalidWebAddress(Invalid):
    """A web address begins with https:// and names a host."""

    code = "invalid_web_address"


class ContradictorySettings(Invalid):
    """guestCheckout and allowGuestCheckout are one setting; say one of them, or the same twice."""

    code = "contradictory_settings"
    field = "settings"


class InvalidPayoutAccount(Invalid):
    """A payout account is named by 1 to 100 visible characters without a space."""

    code = "invalid_payout_account"
    field = "accountId"


class PayoutAccountNotFound(NotFound):
    """The organisation has not said where its money goes."""

    code = "payout_account_not_found"


class InvalidRevenueShares(Invalid):
    """Shares name who gets what, of which events and since when, and give away 100 % at most."""

    code = "invalid_revenue_shares"
    field = "shares"


class InvalidDomain(Invalid):
    """A domain is a public host name such as tickets.example.com."""

    code = "invalid_domain"
    field = "domain"


class DomainTaken(Conflict):
    """Another organisation has proved that this domain is its own."""

    code = "domain_taken"


class CustomDomainNotFound(NotFound):
    """The organisation has no domain of its own."""

    code = "custom_domain_not_found"


class DomainNotVerified(Conflict):
    """The TXT record is not there yet; set it, wait until it is known, and try again."""

    code = "domain_not_verified"
