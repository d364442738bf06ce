"""How pricing refuses."""

from domain.shared.errors import Conflict, Invalid, NotFound


class PromoCodeNotFound(NotFound):
    """There is no such promo code."""

    code = "promo_code_not_found"


class PromoCodeUnknown(Invalid):
    """The organiser has no promo code of this name."""

    code = "promo_code_unknown"
    field = "promoCode"


class PromoCodeNotApplicable(Invalid):
    """The promo code is not for this event."""

    code = "promo_code_not_applicable"
    field = "promoCode"


class PromoCodeMinimumNotMet(Invalid):
    """The order is worth too little for the promo code."""

    code = "promo_code_minimum_not_met"
    field = "promoCode"


class PromoCodeDisabled(Conflict):
    """The promo code was switched off."""

    code = "promo_code_disabled"


class PromoCodeNotYetValid(Conflict):
    """The promo code is not valid yet."""

    code = "promo_code_not_yet_valid"


class PromoCodeExpired(Conflict):
    """The promo code is no longer valid."""

    code = "promo_code_expired"


class PromoCodeTaken(Conflict):
    """The organisation has a promo code of this name already."""

    code = "promo_code_taken"


class PromoCodeInUse(Conflict):
    """The promo code was used, so it can be disabled but not deleted."""

    code = "promo_code_in_use"


class MaxUsesBelowUsed(Conflict):
    """The promo code was used more often than that already."""

    code = "max_uses_below_used"


class InvalidPromoCode(Invalid):
    """A promo code has 3 to 40 visible characters and no space."""

    code = "invalid_promo_code"
    field = "code"


class InvalidDiscount(Invalid):
    """A discount is more than zero, at most 100 percent, with at most three decimal places."""

    code = "invalid_discount"
    field = "discountValue"


class InvalidValidity(Invalid):
    """A promo code is valid between the years 2000 and 2199."""

    code = "invalid_validity"
    field = "validUntil"


class InvalidMinOrderValue(Invalid):
    """A minimum is zero or more, with at most three decimal places."""

    code = "invalid_min_order_value"
    field = "minOrderValue"


class InvalidMaxUses(Invalid):
    """A promo code may be used 1 to 1,000,000 times, or without limit."""

    code = "invalid_max_uses"
    field = "maxUses"


class InvalidApplicableEvents(Invalid):
    """A promo code names 1 to 100 events of its organisation, or none for all of them."""

    code = "invalid_applicable_events"
    field = "applicableEvents"


class InvalidFee(Invalid):
    """A service fee is 0 to 100 percent and an amount of zero or more."""

    code = "invalid_fee"
