"""What can go wrong with the embedded servers, each with what to do about it."""


class EmbeddedServersError(RuntimeError):
    """The embedded servers cannot be used."""


class EmbeddedServersUnavailable(EmbeddedServersError):
    """The server binaries are not installed here."""


class HomeInUse(EmbeddedServersError):
    """Another process runs the servers of this home."""


class EmbeddedServerFailed(EmbeddedServersError):
    """A server did not start; the message ends with its log."""
