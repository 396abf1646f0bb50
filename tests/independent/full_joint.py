"""A paper's statements over all profiles at once, without cliques or merging, asked of CP-SAT.

Shares with the product only the statements it makes of a paper's claims, not its model or solver.
"""

from itertools import product

from myotrial.evidence.elements import Elements, bits
from myotrial.evidence.statements import Line
from myotrial.expressions import evaluate


def profiles(paper):
    """Every combination of attribute values, as dicts."""
    domains = [attribute.domain for attribute in paper.attributes.values()]
    return [dict(zip(paper.attributes, values, strict=True)) for values in product(*domains)]


def weight(tally, patient):
    """What one patient adds to a tally."""
    condition = tally.condition()
    if condition is not None and not evaluate(condition, patient):
        return 0
    return patient[tally.score] ** tally.power if tally.score else 1


class FullJoint:
    """One whole number of patients for each profile; `ask` is of `cp_sat.started`."""

    def __init__(self, paper, ask):
        self.elements = Elements.of(paper)
        self.profiles = profiles(paper)
        self.ask = ask

    def possible(self, chosen):
        """Whether the chosen elements can all hold."""
        return self.ask(len(self.profiles), *self._rows(chosen)) is not None

    def bounds(self, tally, chosen):
        """Least and greatest value of a tally."""
        rows = self._rows(chosen)
        low, high = (
            sign * self.ask(len(self.profiles), *rows, self._terms(tally, sign)) for sign in (1, -1)
        )
        return low, high

    def _terms(self, tally, factor=1):
        weights = [factor * weight(tally, profile) for profile in self.profiles]
        return [(place, each) for place, each in enumerate(weights) if each]

    def _rows(self, chosen):
        rows, options = [], []
        for place in bits(self.elements.effective(chosen)):
            for statement in self.elements[place].statements:
                if isinstance(statement, Line):
                    terms = [
                        term
                        for factor, tally in statement.terms
                        for term in self._terms(tally, factor)
                    ]
                    rows.append((terms, statement.low, statement.high))
                    continue
                terms = [self._terms(tally) for tally in statement.tallies]
                options.append(
                    [
                        [(term, *limits) for term, limits in zip(terms, option, strict=True)]
                        for option in statement.options
                    ]
                )
        return rows, options
