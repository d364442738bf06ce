"""What identity refuses, and why."""

from domain.shared.errors import (
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    StaleVersion,
    TooManyRequests,
    Unauthenticated,
    Unavailable,
)


class InvalidPassword(Invalid):
    """A password has 8 to 256 characters and no NUL."""

    code = "invalid_password"
    field = "password"


class EmailTaken(Conflict):
    """There is an account with this e-mail address already."""

    code = "email_taken"


class InvalidCredentials(Unauthenticated):
    """The e-mail address or the password is wrong."""

    code = "invalid_credentials"


class AccountDisabled(Forbidden):
    """This account has been disabled."""

    code = "account_disabled"


class InvalidToken(Unauthenticated):
    """The access token is not one of ours."""

    code = "invalid_token"


class TokenExpired(Unauthenticated):
    """The access token has expired; refresh it."""

    code = "token_expired"


class InvalidRefreshToken(Unauthenticated):
    """The refresh token is unknown, ended or expired; sign in again."""

    code = "invalid_refresh_token"


class RefreshTokenReused(Unauthenticated):
    """The refresh token was used before, so its session has been ended; sign in again."""

    code = "refresh_token_reused"


class SessionNotFound(NotFound):
    """There is no such session of yours."""

    code = "session_not_found"


class UserNotFound(NotFound):
    """There is no such user."""

    code = "user_not_found"


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


class LoginProviderNotFound(NotFound):
    """There is no login provider of this name; GET /auth/providers lists them."""

    code = "login_provider_not_found"


class LoginProviderDown(Unavailable):
    """The login provider cannot be reached, or makes no sense; try again shortly."""

    code = "login_provider_down"


class RedirectNotAllowed(Invalid):
    """This address is not on the list of those to which people are sent back."""

    code = "redirect_not_allowed"
    field = "redirectUri"


class LoginFlowEnded(NotFound):
    """This sign-in was not begun here, took too long or is over; begin again."""

    code = "login_flow_ended"


class ProviderRefused(Unauthenticated):
    """The provider does not confirm this sign-in; begin again."""

    code = "provider_refused"


class ProviderNotBelieved(Unauthenticated):
    """What the provider says about this sign-in cannot be believed; begin again."""

    code = "provider_not_believed"


class ProviderEmailUnverified(Forbidden):
    """The provider does not vouch for an e-mail address: sign in another way, then link it."""

    code = "provider_email_unverified"


class SignInToLink(Conflict):
    """There is an account with this e-mail address: sign in to it, then link this one."""

    code = "sign_in_to_link"


class IdentityTaken(Conflict):
    """This account of the provider is linked to an account already."""

    code = "identity_taken"


class IdentityNotFound(NotFound):
    """You have not linked such an account."""

    code = "identity_not_found"


class FreshSignInNeeded(Forbidden):
    """Sign in again first, or send your password: this concerns how you sign in."""

    code = "fresh_sign_in_needed"


class SecondFactorOn(Conflict):
    """An authenticator app is set up already; disable it before you set up another."""

    code = "second_factor_on"


class SecondFactorOff(Conflict):
    """There is no second factor to speak of."""

    code = "second_factor_off"


class EnrolmentOver(Conflict):
    """No authenticator app is being set up, or it took too long; enable it again."""

    code = "enrolment_over"


class SecondFactorNotNamed(Invalid):
    """Send one of code, recoveryCode and passkey."""

    code = "second_factor_not_named"


class InvalidSecondFactor(Unauthenticated):
    """The code is wrong, too old or was used before; wait for the next one your app shows."""

    code = "invalid_second_factor"


class TooManyCodes(TooManyRequests):
    """There were too many wrong codes; wait before you try again."""

    code = "too_many_codes"


class SecondFactorLocked(Forbidden):
    """Too many wrong codes in a row; use a recovery code or a passkey, or ask support."""

    code = "second_factor_locked"


class SecondFactorUnreadable(Unavailable):
    """Codes of your app cannot be checked; use a recovery code or a passkey."""

    code = "second_factor_unreadable"


class ChallengeOver(Unauthenticated):
    """This was not begun here, is done, or took too long; begin again."""

    code = "challenge_over"


class PasskeyUnusable(Invalid):
    """This is not a new passkey for this site and this request, made by its verified owner."""

    code = "passkey_unusable"
    field = "credential"


class InvalidPasskey(Unauthenticated):
    """The passkey is unknown, or its answer is not one to this request."""

    code = "invalid_passkey"


class PasskeySuspected(Unauthenticated):
    """There seems to be a copy of this passkey; sign in otherwise, remove it and register anew."""

    code = "passkey_suspected"


class PasskeyKnown(Conflict):
    """This passkey is registered already."""

    code = "passkey_known"


class TooManyPasskeys(Conflict):
    """There are as many passkeys as an account may have; remove one first."""

    code = "too_many_passkeys"


class PasskeyNotFound(NotFound):
    """You have no such passkey."""

    code = "passkey_not_found"


class LastWayIn(Conflict):
    """This is the only way into the account: set a password or link another one first."""

    code = "last_way_in"


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
