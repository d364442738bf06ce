"""What may go wrong at a provider, or on the way to it."""

from enum import Enum, auto


class Lie(Enum):
    """What is wrong with the ID token, or with what stands beside it."""

    WRONG_NONCE = auto()
    NO_NONCE = auto()
    WRONG_AUDIENCE = auto()
    AUDIENCES_WITHOUT_PARTY = auto()
    WRONG_PARTY = auto()
    OTHER_ISSUER = auto()
    ALG_NONE = auto()
    PUBLIC_KEY_AS_SECRET = auto()  # HS256, with the public key for a secret.
    FORGED = auto()  # Another key under the known key's id.
    UNKNOWN_KEY = auto()
    EXPIRED = auto()
    FROM_THE_FUTURE = auto()
    NOT_YET = auto()
    WRONG_ACCESS_TOKEN = auto()  # The at_hash of another one.
    ACCESS_TOKEN_TYPE = auto()
    NO_SUBJECT = auto()
    ENDLESS_SUBJECT = auto()
    TIMES_IN_WORDS = auto()
    NO_TOKEN = auto()
    NO_TOKEN_AT_ALL = auto()
    ENDLESS_TOKEN = auto()


class Fault(Enum):
    """What happens to a request."""

    BROKEN = auto()  # The connection breaks.
    HANG = auto()
    SERVER_ERROR = auto()
    RATE_LIMITED = auto()
    HUGE = auto()
    NONSENSE = auto()  # 200 with a page, as from a proxy in between.
    NO_OBJECT = auto()
    REDIRECT = auto()
    PACKED = auto()
    FACEBOOK_BAD_CODE = auto()  # As its Graph says that a code was used or is too old.
    REFUSED_CLIENT = auto()  # Our secret is wrong, it says.
