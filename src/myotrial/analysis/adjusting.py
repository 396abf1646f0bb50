"""P-values adjusted for testing several markers at once."""

from collections.abc import Iterator, Sequence

from myotrial.analysis.sheet import Sheet, many
from myotrial.results import Result
from myotrial.statistics.multiplicity import holm

__all__ = ["adjusted"]

HOLM = "Holm S. Scand J Stat 1979;6:65-70."


def adjusted(sheet: Sheet, raw: Sequence[Result]) -> Iterator[Result]:
    """Each p-value by Holm's method; one that could not be computed does not count as a test.

    Args:
        sheet: What the results have in common.
        raw: The p-values, one a marker.
    """
    values = [result.value if isinstance(result.value, float | int) else None for result in raw]
    tests = many(sum(value is not None for value in values), "marker")
    for result, p_value in zip(raw, holm(values), strict=True):
        yield sheet.but(population=result.population).result(
            f"{result.id}_holm",
            f"{result.label}, adjusted for {tests} (Holm)",
            "p_value",
            p_value,
            n=result.n,
            method=f"{result.method}; Holm's adjustment over {tests}",
            reference=HOLM,
            rows=result.rows,
            warnings=[] if p_value is not None else ["No test was possible."],
        )
