"""Typed ids: a `NewType` costs nothing at run time and stops two ids being swapped in a call."""

from typing import NewType
from uuid import UUID

AccountLinkId = NewType("AccountLinkId", UUID)
AllotmentId = NewType("AllotmentId", UUID)
ApiKeyId = NewType("ApiKeyId", UUID)
CartId = NewType("CartId", UUID)
EventId = NewType("EventId", UUID)
InvitationId = NewType("InvitationId", UUID)
LinkedIdentityId = NewType("LinkedIdentityId", UUID)
GrantId = NewType("GrantId", UUID)
OAuthClientId = NewType("OAuthClientId", UUID)
OrderId = NewType("OrderId", UUID)
OrganizationId = NewType("OrganizationId", UUID)
PasskeyId = NewType("PasskeyId", UUID)
PaymentId = NewType("PaymentId", UUID)
PoolId = NewType("PoolId", UUID)
PromoCodeId = NewType("PromoCodeId", UUID)
RefundId = NewType("RefundId", UUID)
RegistrationId = NewType("RegistrationId", UUID)
ScannerId = NewType("ScannerId", UUID)
SessionId = NewType("SessionId", UUID)
TicketId = NewType("TicketId", UUID)
TicketTypeId = NewType("TicketTypeId", UUID)
UserId = NewType("UserId", UUID)
VenueId = NewType("VenueId", UUID)
WaitingListEntryId = NewType("WaitingListEntryId", UUID)
