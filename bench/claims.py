"""How examining claims grows with their number and with the number of patients.

Papers are generated: patients are drawn, and claims read off them (counts by group, shares with
their rounding, cross-counts of two attributes, a range), so that they are consistent; a second
paper of each size has one count changed. Each attribute beyond the first is tied to one before it.
"""

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from myotrial import evidence
from myotrial.errors import TooLargeError

CLAIMS = (10, 50, 200, 1000)
PATIENTS = (15, 150, 500, 5000)
PER_ATTRIBUTE = 5  # claims about one attribute


def paper(claims: int, patients: int, seed: int, *, changed: bool = False) -> str:
    """The text of a claim file with so many claims, read off so many patients.

    Args:
        claims: Number of claims.
        patients: Number of patients.
        seed: The same seed gives the same file.
        changed: One count is raised by 1, so that the claims cannot all hold.
    """
    generator = np.random.default_rng(seed)
    names = [f"a{i}" for i in range(max(2, claims // PER_ATTRIBUTE + 1))]
    sizes = generator.integers(2, 5, size=len(names))
    values = {
        name: generator.integers(0, k, size=patients) for name, k in zip(names, sizes, strict=True)
    }
    lines = ["attributes:"]
    lines += [
        f"  {n}: {{values: [{', '.join(f'v{j}' for j in range(k))}]}}"
        for n, k in zip(names, sizes, strict=True)
    ]
    lines += ["claims:", f"  - {{id: n, says: n, total: {patients}}}"]
    made = 1
    for place, name in enumerate(names):
        other = names[int(generator.integers(0, place))] if place else names[1]
        for form in _forms(name, other, values, int(sizes[place]), generator):
            if made < claims:
                lines.append(f"  - {{id: c{made}, says: c{made}, {form}}}")
                made += 1
    if changed:
        lines.append(_contradiction(names[0], values))
    return "\n".join(lines)


def _forms(
    name: str, other: str, values: dict[str, np.ndarray], size: int, generator: np.random.Generator
) -> list[str]:
    """Claims about one attribute and how it goes with another."""
    own, near = values[name], values[other]
    counts = ", ".join(f"v{j}: {int((own == j).sum())}" for j in range(size))
    j, k = (int(value) for value in generator.integers(0, 2, size=2))
    both = int(((own == j) & (near == k)).sum())
    share = round(1000 * float((own == j).mean())) / 10
    either = int(((own == j) | (near == k)).sum())
    return [
        f"by: {name}, equals: {{{counts}}}",
        f"count: {name} == 'v{j}' and {other} == 'v{k}', equals: {both}",
        f"share: {name} == 'v{j}', equals: {share}%, as_printed: true",
        f"count: {name} == 'v{j}' or {other} == 'v{k}', at_least: {either}",
        f"count: {name} != 'v{j}' and {other} == 'v{k}', at_most: {int((near == k).sum())}",
    ]


def _contradiction(name: str, values: dict[str, np.ndarray]) -> str:
    count = int((values[name] == 0).sum()) + 1
    return (
        f"  - {{id: wrong, says: wrong, count: {name} == 'v0', equals: {count}, as_printed: true}}"
    )


def seconds(task: Callable[[], Any]) -> tuple[float, str]:
    """Seconds of processor time that a task takes, and what came of it."""
    start = time.process_time()
    try:
        found = task()
    except TooLargeError:
        return time.process_time() - start, "too large"
    told = "consistent" if found.consistent else f"{len(found.conflicts)} conflicts"
    return time.process_time() - start, told + (", capped" if found.warnings else "")


def measured(claims: int, patients: int, *, changed: bool) -> tuple[float, str]:
    """Seconds of processor time to examine one generated paper, and the verdict."""
    text = paper(claims, patients, seed=claims + patients, changed=changed)
    return seconds(lambda: evidence.examine(evidence.parse(text)))


def main() -> None:
    """Print seconds of processor time, and the ratio to the first line of each block."""
    measured(10, 15, changed=False)  # load the solver
    for changed in (False, True):
        print("one count changed" if changed else "as read off the patients")
        for cases in ([(c, 500) for c in CLAIMS], [(200, n) for n in PATIENTS]):
            first = None
            for claims, patients in cases:
                took, told = measured(claims, patients, changed=changed)
                first = first or took
                print(
                    f"  {claims:5} claims  {patients:5} patients  {took:7.2f} s  "
                    f"{took / first:6.1f} x  {told}",
                    flush=True,
                )


if __name__ == "__main__":
    main()
