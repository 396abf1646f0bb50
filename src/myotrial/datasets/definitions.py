"""The definitions that an endpoint or the rule of worsening may name, and what each one needs.

imacs_2004           definition of improvement, of adults or children: the core set, whose parent
                     global, CHAQ or CMAS a children's protocol names as its measures.
functional_index_20  an assessment with the instrument functional_index.
functional_index_2   assessments with the instrument fi2, one a task, and how many tasks count.
tis_2016             Total Improvement Score: globals on visual analogue scales, the variant of the
                     strength test, the upper limit of normal of the enzyme, and a population.
printo               the PRINTO core set: CMAS, CHAQ, CHQ-PhS for the enzyme, DAS.
proderm              deterioration: globals in mm or cm. Confirmed is: sustained, 2 visits in a row.
imacs_2005           rule of worsening: globals in mm or cm.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from myotrial.documents import nearest
from myotrial.protocol.models import Assessment, Endpoint, Protocol
from myotrial.response import tis_2016
from myotrial.response.core_set import CoreSet

__all__ = [
    "DETERIORATIONS",
    "ENDPOINTS",
    "WORSENINGS",
    "Unknown",
    "assessment",
    "ids",
    "is_score",
    "limit",
    "measures",
    "parameter",
    "problems",
    "tasks_of",
    "thresholds",
]

Path = tuple[str | int, ...]

PARAMETERS = {
    "imacs_2004": "DOI",
    "functional_index_20": "FI20",
    "functional_index_2": "FI2T",
    "tis_2016": "TIS",
    "printo": "PRINTO",
    "proderm": "DETER",
}
CHANGE = "change"  # of one measure: a number, not a response
ENDPOINTS = (*PARAMETERS, CHANGE)
DETERIORATIONS = ("proderm",)  # met is bad
WORSENINGS = ("core_set_30", "imacs_2005")
GLOBALS = {"physician": ("physician_global",), "extramuscular": ("extramuscular_global",)}
ENZYMES = tuple(tis_2016.ENZYME_MULTIPLES)
NEEDED = {  # instruments that can take a role
    "tis_2016": {
        **GLOBALS,
        "patient": ("patient_global",),
        "strength": ("mmt8", "mmt26", "cmas"),
        "function": ("haq_di", "chaq"),
        "enzyme": ENZYMES,
        "extramuscular": ("extramuscular_global", "das"),
    },
    "printo": {
        "strength": ("cmas",),
        "function": ("chaq",),
        "enzyme": ("chq_phs",),
        "extramuscular": ("das",),
    },
    "proderm": GLOBALS,
    "imacs_2005": GLOBALS,
}
WHOLE = {"mmt26": "total"}  # the variant that stands for muscle strength


@dataclass(frozen=True)
class Unknown:
    """Something a protocol names, or leaves out, that a definition cannot do with."""

    path: Path
    expected: str
    found: str
    hint: str = ""


def parameter(endpoint: Endpoint) -> str:
    """PARAMCD of an endpoint's verdicts in ADRS."""
    found = limit(endpoint) if endpoint.tasks is None else endpoint.tasks
    return PARAMETERS[endpoint.definition] + (f"{found:g}" if found is not None else "")


def is_score(endpoint: Endpoint) -> bool:
    """Whether the endpoint is a score or a change, not a response."""
    score = endpoint.definition == "tis_2016" and endpoint.threshold is None
    return score or endpoint.definition == CHANGE


def thresholds(endpoint: Endpoint) -> tis_2016.Thresholds:
    """Of the Total Improvement Score in the endpoint's population."""
    return tis_2016.JUVENILE if endpoint.population == "juvenile" else tis_2016.ADULT


def limit(endpoint: Endpoint) -> float | None:
    """Points from which the Total Improvement Score is the response that the endpoint names."""
    if endpoint.threshold is None:
        return None
    return thresholds(endpoint)._asdict()[endpoint.threshold]


def measures(protocol: Protocol, definition: str) -> CoreSet:
    """Ids of the assessments that a definition takes: those of `core_set`, or others instead.

    The enzyme is a tuple of ids; of several, the most abnormal at baseline counts.
    """
    return CoreSet(**protocol.measures(definition))


def ids(names: CoreSet) -> tuple[str, ...]:
    """Every assessment among those that a definition takes."""
    return (*names._replace(enzyme=names.enzyme[0]), *names.enzyme[1:])


def assessment(protocol: Protocol, name: str) -> Assessment:
    """The assessment with an id."""
    return next(item for item in protocol.assessments if item.id == name)


def tasks_of(protocol: Protocol) -> tuple[str, ...]:
    """Ids of the assessments of tasks of the FI-2."""
    return tuple(item.id for item in protocol.assessments if item.instrument == "fi2")


def problems(protocol: Protocol) -> Iterator[Unknown]:
    """Every definition that does not exist, or lacks what it needs."""
    lacking: set[Unknown] = set()
    for index, endpoint in enumerate(protocol.endpoints):
        path = ("endpoints", index, "definition")
        if endpoint.definition not in ENDPOINTS:
            hint = nearest(endpoint.definition, ENDPOINTS)
            yield Unknown(path, "a definition of response", repr(endpoint.definition), hint)
            continue
        found = [*_measure_problems(protocol, endpoint.definition, path)]
        yield from (item for item in found if item not in lacking)
        lacking |= {*found}
        yield from _score_problems(protocol, index, endpoint)
        yield from _task_problems(protocol, index, endpoint)
        yield from _change_problems(protocol, index, endpoint)
        yield from _visit_problems(protocol, index, endpoint)
    yield from _enzyme_problems(protocol)
    rule, path = protocol.worsening.definition, ("worsening", "definition")
    if rule not in WORSENINGS:
        yield Unknown(path, f"a rule of worsening: {', '.join(WORSENINGS)}", repr(rule))
    else:
        yield from _measure_problems(protocol, rule, path)
    for name in protocol.core_sets:
        if name not in NEEDED:
            expected = "a definition that can take other measures than those of core_set"
            yield Unknown(("core_sets", name), expected, repr(name), nearest(name, NEEDED))


def _measure_problems(protocol: Protocol, definition: str, path: Path) -> Iterator[Unknown]:
    """Every measure that a definition cannot take in its role."""
    if definition == "functional_index_20":
        if all(item.instrument != "functional_index" for item in protocol.assessments):
            expected = "an assessment with the instrument functional_index"
            yield Unknown(path, expected, "none among the assessments")
        return
    if definition == "functional_index_2":
        return  # `_task_problems` looks at these
    needed = NEEDED.get(definition, {})
    names = measures(protocol, definition)
    several = len(names.enzyme) > 1
    roles = [(role, name) for role, name in names._asdict().items() if role != "enzyme"]
    roles += [("enzyme", name) for name in names.enzyme]
    for role, name in roles:
        item = assessment(protocol, name)
        if role == "enzyme" and several and definition != "printo":
            continue  # `_enzyme_problems` looks at these
        if role in needed and item.instrument not in needed[role]:
            expected = f"for {definition}, {role} measured with {' or '.join(needed[role])}"
            hint = f"name another assessment under core_sets: {definition}: {role}"
            yield Unknown(path, expected, f"{name} ({item.instrument})", hint)
        elif definition == "tis_2016":
            yield from _scale_problems(protocol, item)


def _enzyme_problems(protocol: Protocol) -> Iterator[Unknown]:
    """Of several the most abnormal is sought: all are enzymes, and their upper limits are known."""
    places: dict[Path, tuple[str, ...]] = {("core_set", "enzyme"): protocol.core_set.enzyme}
    for name, other in protocol.core_sets.items():
        places["core_sets", name, "enzyme"] = other.enzyme or ()
    lacking: dict[Path, Unknown] = {}
    for path, names in places.items():
        for index, name in enumerate(names if len(names) > 1 else ()):
            item = assessment(protocol, name)
            if item.instrument not in ENZYMES:
                expected = f"among several, only enzymes: {', '.join(ENZYMES)}"
                yield Unknown((*path, index), expected, f"{name} ({item.instrument})")
            elif item.upper_limit is None:
                expected = f"the upper limit of normal of {name}, one of several enzymes"
                where = ("assessments", protocol.assessments.index(item))
                hint = "add upper_limit: {F: …, M: …}, in its unit"
                lacking[where] = Unknown(where, expected, "nothing", hint)
    yield from lacking.values()


def _scale_problems(protocol: Protocol, item: Assessment) -> Iterator[Unknown]:
    """A measure's range must be known to the Total Improvement Score."""
    path = ("assessments", protocol.assessments.index(item))
    if item.instrument in ENZYMES and item.upper_limit is None:
        expected = f"the upper limit of normal of {item.id}, which tis_2016 needs"
        yield Unknown(path, expected, "nothing", "add upper_limit: {F: …, M: …}, in its unit")
    whole = WHOLE.get(item.instrument)
    if whole is not None and item.variant != whole:
        expected = f"the variant {whole!r} of {item.instrument}, which tis_2016 needs"
        yield Unknown((*path, "variant"), expected, repr(item.variant))


def _score_problems(protocol: Protocol, index: int, endpoint: Endpoint) -> Iterator[Unknown]:
    """The Total Improvement Score has a population, and the same everywhere; others have none."""
    path = ("endpoints", index)
    if endpoint.definition != "tis_2016":
        for key in ("population", "threshold"):
            if getattr(endpoint, key) is not None:
                yield Unknown((*path, key), f"{key} only beside tis_2016", endpoint.definition)
        return
    if endpoint.population is None:
        expected = "population: adult or juvenile, beside tis_2016"
        yield Unknown(path, expected, "nothing", "their thresholds differ")
    first = next(item for item in protocol.endpoints if item.definition == "tis_2016")
    if endpoint.population not in (None, first.population) and first.population is not None:
        expected = f"the same population for every tis_2016 ({first.population})"
        yield Unknown((*path, "population"), expected, repr(endpoint.population))
    if is_score(endpoint) and endpoint.estimand != "at_visit":
        expected = "a threshold, or the estimand at_visit: a score is summarised at one visit"
        yield Unknown((*path, "estimand"), expected, repr(endpoint.estimand))


def _task_problems(protocol: Protocol, index: int, endpoint: Endpoint) -> Iterator[Unknown]:
    """The FI-2 has a number of tasks that count, and as many tasks; others have none."""
    path = ("endpoints", index, "tasks")
    if (endpoint.tasks is not None) != (endpoint.definition == "functional_index_2"):
        expected = "tasks: how many of the FI-2, exactly beside functional_index_2"
        yield Unknown(path, expected, "nothing" if endpoint.tasks is None else endpoint.definition)
    elif endpoint.tasks is not None and endpoint.tasks > len(tasks_of(protocol)):
        found = f"{len(tasks_of(protocol))} among the assessments"
        expected = f"at least {endpoint.tasks} tasks assessed with the instrument fi2"
        yield Unknown(path, expected, found, "add assessments: {instrument: fi2, variant: …}")


def _change_problems(protocol: Protocol, index: int, endpoint: Endpoint) -> Iterator[Unknown]:
    """A change is one of an assessment, at one visit; others name no measure."""
    path, known = ("endpoints", index, "measure"), [item.id for item in protocol.assessments]
    if (endpoint.measure is not None) != (endpoint.definition == CHANGE):
        expected = f"measure: the assessment whose change is asked for, exactly beside {CHANGE}"
        yield Unknown(path, expected, "nothing" if endpoint.measure is None else endpoint.measure)
    elif endpoint.measure is not None and endpoint.measure not in known:
        hint = nearest(endpoint.measure, known)
        yield Unknown(path, "an assessment", repr(endpoint.measure), hint)
    if endpoint.definition == CHANGE and endpoint.estimand != "at_visit":
        expected = "the estimand at_visit: a change is summarised at one visit"
        yield Unknown(("endpoints", index, "estimand"), expected, repr(endpoint.estimand))


def _visit_problems(protocol: Protocol, index: int, endpoint: Endpoint) -> Iterator[Unknown]:
    """The measures of an endpoint at one visit are assessed at that visit."""
    by_index = endpoint.definition == "functional_index_20"
    by_task = endpoint.definition == "functional_index_2"
    used = {*(tasks_of(protocol) if by_task else ids(measures(protocol, endpoint.definition)))}
    for item in protocol.assessments:
        taken = item.instrument == "functional_index" if by_index else item.id in used
        if endpoint.definition == CHANGE:
            taken = item.id == endpoint.measure
        if taken and endpoint.visit is not None and endpoint.visit not in item.visits:
            expected = f"a visit at which {item.id} is assessed: {', '.join(item.visits)}"
            yield Unknown(("endpoints", index, "visit"), expected, repr(endpoint.visit))
