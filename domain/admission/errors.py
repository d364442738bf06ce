"""What admission refuses, and why. A refused scan is an answer, not an error: see scan.py."""

from domain.shared.errors import Invalid, NotFound, Unauthenticated


class ScannerNotFound(NotFound):
    """There is no such scanner, or it is not yours to see."""

    code = "scanner_not_found"


class InvalidApiKey(Unauthenticated):
    """No scanner in use has this key."""

    code = "invalid_api_key"


class ScannerRevoked(Unauthenticated):
    """This scanner has been taken out of use."""

    code = "scanner_revoked"


class InvalidEvents(Invalid):
    """A scanner is for events of its organisation: at least one, or all of them."""

    code = "invalid_events"
    field = "eventIds"
