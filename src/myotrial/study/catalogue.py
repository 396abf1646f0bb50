"""The instruments, told to a person."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["Instruments", "instruments"]

Record = Mapping[str, Any]
HEAD = ("id", "measure", "range", "direction", "missing", "important", "source", "status")
WIDTH = 12  # of the words before each line


@dataclass(frozen=True)
class Instruments:
    """Instruments that were asked for.

    Attributes:
        found: Records of `scoring.catalogue`.
        whole: Whether every published number is told too.
    """

    found: tuple[Record, ...]
    whole: bool
    code: int = 0

    def as_record(self) -> dict[str, Any]:
        """The records."""
        return {"instruments": [dict(record) for record in self.found]}

    def _repr_html_(self) -> str:
        from myotrial import notebook

        rows = [
            (
                record["id"],
                record["label"],
                "; ".join(_ranges(record)),
                f"{record['better']} is better",
                record["missing"],
                "; ".join(map(_told, record["important"])),
                record["source"],
                record["status"],
            )
            for record in self.found
        ]
        return notebook.table("Instruments", HEAD, rows)

    def __str__(self) -> str:
        return "\n\n".join("\n".join(_lines(record, self.whole)) for record in self.found)


def instruments(name: str | None = None) -> Instruments:
    """List the instruments, or tell all of one.

    Args:
        name: Id of one instrument.

    Raises:
        MyotrialError: No instrument has that id; the message names the nearest.

    >>> print(instruments("haq_di"))  # doctest: +ELLIPSIS
    haq_di: Physical function (HAQ-DI)
      range       0 to 3 points, lower is better
      ...
    """
    from myotrial.scoring.catalogue import catalogue  # when asked for: it loads NumPy

    return Instruments(tuple(catalogue(name)), whole=name is not None)


def _lines(record: Record, whole: bool) -> Iterator[str]:
    yield f"{record['id']}: {record['label']}"
    first, *others = record["units"]
    for text in _ranges(record):
        yield _line("range", f"{text}, {record['better']} is better")
    for unit in others:
        yield _line("unit", f"also {unit} (1 {unit} is {record['units'][unit]:.4g} {first})")
    yield _line("missing", record["missing"])
    for fact in record["important"]:
        yield _line("important", _told(fact))
    if not record["important"]:
        yield _line("important", "no published minimal important difference was found")
    yield _line("source", record["source"])
    if whole:
        for fact in record["numbers"]:
            yield _line(fact["status"], _told(fact, status=False))
    else:
        yield _line("status", f"{record['status']} (its least verified number)")


def _ranges(record: Record) -> Iterator[str]:
    unit = next(iter(record["units"]))
    for variant, ends in record["ranges"].items():
        high = "or more" if ends["high"] is None else f"to {ends['high']:g}"
        yield f"{ends['low']:g} {high} {unit}" + (f" ({variant})" if variant else "")


def _line(word: str, text: str) -> str:
    return f"  {word:<{WIDTH}}{text}"


def _told(fact: Record, *, status: bool = True) -> str:
    value = fact["value"] if isinstance(fact["value"], str) else f"{fact['value']:g}"
    amount = f"{value} {fact['unit']}".rstrip()
    after = f"; {fact['status']}" if status else ""
    return f"{fact['name']}: {amount} ({fact['source']}{after})"
