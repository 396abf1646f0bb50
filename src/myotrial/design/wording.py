"""How shares are written in the sentences of a design."""

__all__ = ["percent"]

THIN = "\u202f"  # narrow no-break space


def percent(share: float, places: int | None = None) -> str:
    """A share of 1 as a percentage, to one decimal unless it is whole.

    >>> percent(0.8031), percent(0.3), percent(0.02483, 2)
    ('80.3\u202f%', '30\u202f%', '2.48\u202f%')
    """
    text = f"{100 * share:.{1 if places is None else places}f}"
    return f"{text.removesuffix('.0')}{THIN}%"
