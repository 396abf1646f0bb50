"""How often the next allocation is guessed, on simulated lists, against what theory says."""

from collections.abc import Callable, Sequence

from myotrial.randomisation.blocks import permuted_blocks
from myotrial.randomisation.guessing import (
    biased_coin_rate,
    convergence,
    convergence_rate,
    last_in_block,
    last_in_block_rate,
    minimisation,
)
from myotrial.randomisation.minimisation import minimise
from myotrial.randomisation.sealed import Sealed, fresh

LISTS = 10_000
LONG = 240  # allocations: whole blocks of 4 and of 4 and 6 alike in the long run
SHORT = 48  # patients of a minimised trial
MINIMISED = 1_000  # lists with three factors; each allocation counts all before it
SIZES = {"4": (4,), "4-6": (4, 6), "2-4-6": (2, 4, 6)}
FACTORS = {"DIAG": ("PM", "DM", "IBM"), "SEX": ("F", "M"), "AGE": ("<50", "50+")}


def main() -> None:
    """Print the share of right guesses for each procedure and strategy."""
    source = Sealed(fresh(), "guessing")
    print(f"{LISTS} lists of {LONG} allocations in blocks")
    for name, sizes in SIZES.items():
        lists = [_blocks(sizes, source) for _ in range(LISTS)]
        theory = float(convergence_rate(sizes))
        _print(f"blocks {name}", "convergence", *_rate(lists, convergence, source), theory)
        for counted in sizes:
            found = _rate(lists, lambda one, s, n=counted: last_in_block(one, n, s), source)
            known = float(last_in_block_rate(counted)) if len(sizes) == 1 else None
            _print(f"blocks {name}", f"last in block of {counted}", *found, known)
    _minimised({"ANY": ("x",)}, LISTS, source, biased_coin_rate(0.8))
    _minimised(FACTORS, MINIMISED, source, None)


def _blocks(sizes: Sequence[int], source: Sealed) -> list[int]:
    multiples = [size // 2 for size in sizes]
    return permuted_blocks(LONG, (1, 1), source, multiples=multiples)


def _rate(
    lists: Sequence[Sequence[int]], strategy: Callable[..., int], source: Sealed
) -> tuple[float, int]:
    n = sum(map(len, lists))
    return sum(strategy(one, source) for one in lists) / n, n


def _minimised(
    factors: dict[str, tuple[str, ...]], lists: int, source: Sealed, theory: float | None
) -> None:
    right = 0
    for _ in range(lists):
        before = []
        for _ in range(SHORT):
            patient = {name: values[source.below(len(values))] for name, values in factors.items()}
            before.append((patient, minimise(patient, before, (1, 1), source)))
        right += minimisation(before, source)
    name = f"minimised, {len(factors)} factor{'s' * (len(factors) > 1)}"
    _print(name, "minimises along", right / (lists * SHORT), lists * SHORT, theory)


def _print(procedure: str, strategy: str, rate: float, n: int, theory: float | None) -> None:
    error = (rate * (1 - rate) / n) ** 0.5
    told = "" if theory is None else f"   theory {theory:.4f}"
    print(f"{procedure:22} {strategy:20} {rate:.4f} (se {error:.5f}){told}", flush=True)


if __name__ == "__main__":
    main()
