"""Numbers and foreign text as a person reads them in a terminal.

Comes in: bytes, seconds, text of unknown origin. Goes out: short strings. Called by the verbs that list things.
"""

_SIZES = ("bytes", "kB", "MB", "GB", "TB")
_AGES = ((86_400, "d"), (3_600, "h"), (60, "min"))


def size_words(size: int) -> str:
    """Write a size: whole bytes, then one decimal of the largest unit that fits (1 kB is 1,000 bytes)."""
    value, unit = float(size), 0
    while round(value, 1) >= 1000 and unit < len(_SIZES) - 1:  # noqa: PLR2004 - the step between two units
        value, unit = value / 1000, unit + 1
    return f"{value:.1f} {_SIZES[unit]}" if unit else f"{size} {'byte' if size == 1 else 'bytes'}"


def age_words(seconds: float) -> str:
    """Write an age in whole units of the largest that fits; a clock that is behind makes nothing younger than new."""
    for length, unit in _AGES:
        if seconds >= length:
            return f"{int(seconds // length)} {unit}"
    return f"{max(0, int(seconds))} s"


def shown(text: str) -> str:
    """Show text as it is, on one line; a terminal's control sequences in it have no effect."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text)


def shown_lines(text: str) -> str:
    """Do the same with text of several lines, such as a traceback, which stay lines."""
    return "\n".join(shown(line.expandtabs(4)) for line in text.splitlines())
