"""What a client says about itself, in words that its owner recognises."""

# The first that is found names it, so whoever pretends to be others comes before them.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Opera", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"),
    ("Macintosh", "macOS"),
    ("Linux", "Linux"),
)
UNKNOWN = "Unknown device"
SUPPORT = "Tixmo support"
"""Who visits for support has a device of ours, whatever it is."""
_PRODUCT_LONGEST = 60


def device_of(user_agent: str | None) -> str:
    """`Firefox on Windows`; a program by the name that it gives itself, as `curl`."""
    if not user_agent:
        return UNKNOWN
    browser = _first(_BROWSERS, user_agent)
    system = _first(_SYSTEMS, user_agent)
    if browser and system:
        return f"{browser} on {system}"
    if browser or system:
        return browser or system or UNKNOWN
    product = user_agent.split("/", 1)[0].strip()[:_PRODUCT_LONGEST]
    return product or UNKNOWN


def _first(known: tuple[tuple[str, str], ...], user_agent: str) -> str | None:
    return next((name for sign, name in known if sign in user_agent), None)
