"""E-mail addresses, checked for their form only: nothing is looked up while somebody waits."""

from email_validator import EmailNotValidError, validate_email

from domain.shared.email import InvalidEmail


def read_buyer_email(text: str) -> str:
    """As `read_email`, for the address that a guest gives as the buyer's. Raises InvalidEmail."""
    return read_email(text, field="buyer.email")


def read_email(text: str, *, field: str = "email") -> str:
    """The address in its normal form, as long as mail servers take it. Raises InvalidEmail."""
    try:
        found = validate_email(text.strip(), check_deliverability=False, strict=True)
    except EmailNotValidError as error:
        raise InvalidEmail(str(error), field=field) from error
    return found.normalized
