"""ADCOURSE: the course of response of each subject, and ADEST: the estimands made of it.

Ever, first and class look at every assessment after baseline, unscheduled ones too; at-visit and
sustained estimands look at scheduled visits only.
"""

from functools import partial
from typing import NamedTuple

import numpy as np
import polars as pl

from myotrial.datasets import definitions, timeline
from myotrial.datasets.provenance import finish, numbered, rows_of
from myotrial.datasets.verdicts import functional_index_of
from myotrial.protocol.models import Endpoint, Protocol
from myotrial.response import course

__all__ = ["COLUMNS", "ESTIMAND_COLUMNS", "derive", "estimands"]

COLUMNS = (
    "EVER", "FIRSTVIS", "FIRSTN", "SUSTTO", "NSUST", "CLASS", "FIEVER", "FIPCT_BEST", "DIAG",
)  # fmt: skip
ESTIMAND_COLUMNS = ("ENDPOINT", "ESTIMAND", "HANDLING", "AVAL", "DIAG", "CLASS")
CLASSES = {"IMPROVED": "RESPONDER", "UNCHANGED": "UNCHANGED", "WORSE": "WORSE"}


class Visits(NamedTuple):
    """Verdicts of one parameter, one array for each position in time, one entry a subject.

    Attributes:
        low: Whether improved whatever is missing.
        high: Whether improved if what is missing were good.
        known: Whether the verdict follows from what was assessed.
        words: AVALC; "" where a subject has no such position.
        labels: AVISIT.
        months: AVISITN.
    """

    low: tuple[np.ndarray, ...]
    high: tuple[np.ndarray, ...]
    known: tuple[np.ndarray, ...]
    words: np.ndarray
    labels: np.ndarray
    months: np.ndarray


def derive(
    protocol: Protocol,
    tables: dict[str, pl.DataFrame],
    measures: pl.DataFrame,
    verdicts: pl.DataFrame,
) -> pl.DataFrame:
    """Derive ADCOURSE from ADCS (`measures`) and ADRS (`verdicts`).

    CLASS is RESPONDER if improved at any assessment, else the status at the last one;
    INDETERMINATE where missing measures leave that open or nothing was assessed.
    """
    people = timeline.subjects(tables)
    doi = _positions(people, verdicts, "DOI")
    first, held = course.first(doi.low), course.held(doi.low)
    ever = _ever(doi)
    status = _positions(people, verdicts, "STATUS")
    index = _positions(people, verdicts, "FI20")
    parts = {
        "EVER": ever,
        "FIRSTVIS": _pick(doi.labels, first),
        "FIRSTN": _pick(doi.months, first),
        "SUSTTO": _pick(doi.labels, first + held - (held > 0)),
        "NSUST": held,
        "CLASS": _classes(ever, status),
        "FIEVER": _ever(index) if functional_index_of(protocol) else [None] * people.height,
    }
    statuses, names = _statuses(protocol, verdicts)
    frame = (
        people.with_columns(pl.Series(name, values, strict=False) for name, values in parts.items())
        .join(_best(protocol, measures), on="USUBJID", how="left", maintain_order="left")
        .join(statuses, on="USUBJID", how="left", maintain_order="left")
    )
    return _finished(frame, tables, "ADCOURSE", protocol.study.id, [*COLUMNS, *names])


def estimands(
    protocol: Protocol,
    tables: dict[str, pl.DataFrame],
    verdicts: pl.DataFrame,
    courses: pl.DataFrame,
) -> pl.DataFrame:
    """Derive ADEST from ADRS (`verdicts`): each endpoint under each handling of missing data.

    NRI: missing counts as the worse outcome, not improved or deteriorated; OC: observed cases,
    missing where the subject does not count among them; LOW and HIGH: not met, and met, if what is
    missing were so. An endpoint that is a score has no rows here: its values stand in ADRS.
    """
    people = timeline.subjects(tables)
    classes = courses.select("USUBJID", "CLASS")
    parts = [_estimates(people.head(0), 0, 0, ("", "", ""), np.array([]))]  # where all are scores
    for number, endpoint in enumerate(protocol.endpoints):
        if definitions.is_score(endpoint):
            continue
        handled = _handled(protocol, people, verdicts, endpoint)
        for place, (handling, values) in enumerate(handled.items()):
            if handling in endpoint.handlings:
                words = (endpoint.id, endpoint.estimand, handling)
                parts.append(_estimates(people, number, place, words, values))
    frame = (
        pl.concat(parts)
        .join(classes, on="USUBJID", how="left", maintain_order="left")
        .sort("_number", "SUBJNR", "_place")
    )
    return _finished(frame, tables, "ADEST", protocol.study.id, ESTIMAND_COLUMNS)


def _estimates(
    people: pl.DataFrame, number: int, place: int, words: tuple[str, str, str], values: np.ndarray
) -> pl.DataFrame:
    """One endpoint under one handling, a row a subject."""
    endpoint, estimand, handling = words
    return people.with_columns(
        pl.lit(number).alias("_number"),
        pl.lit(place).alias("_place"),
        pl.lit(endpoint).alias("ENDPOINT"),
        pl.lit(estimand).alias("ESTIMAND"),
        pl.lit(handling).alias("HANDLING"),
        pl.Series("AVAL", values).fill_nan(None).cast(pl.Int64),
    )


def _handled(
    protocol: Protocol, people: pl.DataFrame, verdicts: pl.DataFrame, endpoint: Endpoint
) -> dict[str, np.ndarray]:
    """The endpoint under each handling, one number a subject; NaN where it does not count."""
    scheduled = [visit.id for visit in timeline.later_visits(protocol)]
    asked = {"at_visit": [endpoint.visit], "sustained": scheduled}
    rows = verdicts
    if endpoint.estimand in asked:
        rows = verdicts.filter(pl.col("VISITID").is_in(asked[endpoint.estimand]))
    visits = _positions(people, rows, definitions.parameter(endpoint))
    found = course.estimate(_estimand(endpoint), *visits[:3])
    observed = np.where(found.known, found.observed, np.nan)
    bad = endpoint.definition in definitions.DETERIORATIONS  # imputed as the worse outcome
    imputed = found.high if bad else found.imputed
    given = {"NRI": imputed, "OC": observed, "LOW": found.low, "HIGH": found.high}
    return {name: np.asarray(values, dtype=float) for name, values in given.items()}


def _estimand(endpoint: Endpoint) -> course.Estimand:
    if endpoint.estimand == "ever":
        return course.ever
    if endpoint.estimand == "at_visit":
        return partial(course.at, position=0)  # the rows of that visit only
    return partial(course.sustained, consecutive=endpoint.consecutive or 1)


def _positions(people: pl.DataFrame, verdicts: pl.DataFrame, parameter: str) -> Visits:
    """Lay a parameter's rows out by position in time; a subject's rows come in order."""
    rows = verdicts.filter(pl.col("PARAMCD") == parameter).join(
        people.select("USUBJID", "SUBJNR"), on="USUBJID", how="inner", maintain_order="left"
    )
    place = rows.select(pl.int_range(pl.len()).over("USUBJID")).to_series().to_numpy()
    at = (place, rows["SUBJNR"].to_numpy())
    shape = (int(place.max(initial=0)) + 1, people.height)

    def laid(values: np.ndarray, empty: object, kind: type) -> np.ndarray:
        matrix = np.full(shape, empty, dtype=kind)
        matrix[at] = values
        return matrix

    return Visits(
        tuple(laid((rows["AVALLO"] == 1).to_numpy(), False, bool)),
        tuple(laid((rows["AVALHI"] == 1).to_numpy(), False, bool)),
        tuple(laid(rows["AVAL"].is_not_null().to_numpy(), False, bool)),
        laid(rows["AVALC"].to_numpy(), "", object),
        laid(rows["AVISIT"].to_numpy(), None, object),
        laid(rows["AVISITN"].to_numpy(), np.nan, float),
    )


def _ever(visits: Visits) -> np.ndarray:
    """Y, N, or U where an assessment is indeterminate or there is none."""
    yes = course.ever(visits.low)
    open_ = (visits.words == "INDETERMINATE").any(axis=0) | ~course.ever(visits.known)
    return np.where(yes, "Y", np.where(open_, "U", "N"))


def _classes(ever: np.ndarray, status: Visits) -> np.ndarray:
    last = np.full(len(ever), "INDETERMINATE", dtype=object)
    for words in status.words:
        assessed = (words != "") & (words != "NOT ASSESSED")
        last = np.where(assessed, words, last)
    named = np.array([CLASSES.get(word, "INDETERMINATE") for word in last.tolist()], dtype=object)
    return np.where(ever == "Y", "RESPONDER", np.where(ever == "N", named, "INDETERMINATE"))


def _pick(values: np.ndarray, position: np.ndarray) -> list:
    """The value at each subject's position, counted from 1; None for 0."""
    return [
        None if at == 0 else values[at - 1, subject]
        for subject, at in enumerate(np.asarray(position).tolist())
    ]


def _best(protocol: Protocol, measures: pl.DataFrame) -> pl.DataFrame:
    item = functional_index_of(protocol)
    rows = measures.filter(pl.col("PARAMCD") == (item.id if item else ""))
    return rows.group_by("USUBJID").agg(pl.col("IMPR").max().alias("FIPCT_BEST"))


def _statuses(protocol: Protocol, verdicts: pl.DataFrame) -> tuple[pl.DataFrame, list[str]]:
    """One STATUS_<visit> column for each visit after baseline."""
    rows = verdicts.filter(pl.col("PARAMCD") == "STATUS")
    frame, names = rows.select("USUBJID").unique(), []
    for visit in timeline.later_visits(protocol, unscheduled=True):
        names.append(f"STATUS_{visit.id}")
        one = rows.filter(pl.col("VISITID") == visit.id)
        frame = frame.join(
            one.select("USUBJID", pl.col("AVALC").alias(names[-1])), on="USUBJID", how="left"
        )
    return frame, names


def _finished(
    frame: pl.DataFrame, tables: dict[str, pl.DataFrame], dataset: str, study: str, columns
) -> pl.DataFrame:
    visits = rows_of(numbered(tables["visits"], "visits"), "_visits")
    rule = "derive" if dataset == "ADCOURSE" else "estimands"
    whole = frame.join(visits, on="USUBJID", how="left", maintain_order="left").with_columns(
        pl.coalesce("_visits", "SRCROWS").alias("SRCROWS"),
        pl.lit(f"myotrial.datasets.courses.{rule}").alias("RULE"),
    )
    return finish(whole, dataset, study, columns)
