"""E-mail addresses, as everybody who writes to people needs them."""

from domain.shared.errors import Invalid


class InvalidEmail(Invalid):
    """This is not an e-mail address."""

    code = "invalid_email"
    field = "email"
