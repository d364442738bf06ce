"""Our double of an OpenID Connect provider: strict about what we send, able to lie on command.

    double = OidcDouble(clock)
    calls = ProviderCalls(double.wire(), allow_http=True)
    answer = answer_of(authorization_url, Person(subject="248289761001"))

`answer_of` is the browser: the person agrees, and the answer holds what they would be sent back
with. `double.lie = Lie.WRONG_NONCE` changes what is signed, `double.fail(Fault.HANG, "/token")`
what happens on the way, `double.rotate()` the key. `double.requests` shows what it heard.
"""

from tests.oidc_double.app import CLIENT_ID, ISSUER, SECRET, OidcDouble
from tests.oidc_double.browser import answer_of
from tests.oidc_double.faults import Fault, Lie
from tests.oidc_double.people import Person

__all__ = ["CLIENT_ID", "ISSUER", "SECRET", "Fault", "Lie", "OidcDouble", "Person", "answer_of"]
