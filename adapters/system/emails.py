"""E-mail addresses, checked for their form only: nothing is looked up while somebody waits."""

from email_validator import EmailNotValidError, validate_email

from domain.shared.email import InvalidEmail


def read_email(text: str) -> str:
    """The address in its normal form. Raises InvalidEmail."""
    try:
        found = validate_email(text.strip(), check_deliverability=False)
    except EmailNotValidError as error:
        raise InvalidEmail(str(error), field="email") from error
    return found.normalized
