"""The arms of a randomised study compared, and each arm on its own."""

from collections.abc import Iterable, Iterator

from myotrial.report.content import Block, Cell, Prose, Run, Section, Table, cell
from myotrial.report.sections import figures
from myotrial.report.source import Record, Source, first_handling
from myotrial.report.tables import Tables
from myotrial.report.typography import named

__all__ = ["section", "sure", "told"]

DESIGNED = {
    "z": "z",
    "p_value": "p, one-sided",
    "efficacy": "Efficacy from z",
    "futility": "Futility up to z",
    "repeated": "Difference",
    "decision": "Decision",
}
ONCE = ("p_value", "decision")  # of a trial without looks
METHODS = (
    ("Difference, exact interval (above 200 patients the score interval)", "difference_exact"),
    ("Difference, stratified", "difference_stratified"),
    ("Common difference (Mantel-Haenszel)", "difference_common"),
    ("Boschloo's test", "boschloo"),
    ("Cochran-Mantel-Haenszel", "cmh"),
    ("Cochran-Mantel-Haenszel, exact", "cmh_exact"),
    ("Odds ratio", "odds_ratio"),
    ("Common odds ratio (Mantel-Haenszel)", "odds_ratio_common"),
    ("Adjusted odds ratio (logistic, Firth)", "odds_ratio_adjusted"),
    ("Logistic, Firth", "firth"),
    ("Posterior difference", "difference_bayes"),
    ("Posterior chance to be better", "chance"),
)
BY_ARM = (
    ("disposition", "Participants of each arm"),
    ("baseline", "Baseline of each arm"),
    ("exposure", "Exposure of each arm"),
    ("response", "Response of each arm"),
    ("functional_index", "Functional index of each arm"),
    ("withdrawals", "Withdrawals of each arm"),
)
SIGN = (
    "Differences are treatment minus control; patients count in the arm they were allocated to. "
    "Without mention of another method, intervals are Miettinen and Nurminen's."
)


def section(source: Source, drawn: frozenset[str]) -> Section | None:
    """The section, or None in a study without comparison."""
    blocks = [block for pair in _pairs(source) for block in pair.blocks(drawn) if block]
    blocks += [block for block in _each_arm(source) if block]
    if not blocks:
        return None
    return Section("comparison", "Comparison of the arms", tuple(blocks))


def told(source: Source) -> Iterator[tuple[Run, ...]]:
    """The leading comparison of each arm in one line."""
    tables = Tables(source)
    for pair in _pairs(source):
        endpoint, stem = pair.leading
        found = [source.by_id.get(f"{stem}.{end}") for end in pair.ends]
        decided = [*_decided(source, tables, pair.key)]
        if endpoint and all(found):
            one, other, gap, test = (record for record in found if record)
            label = str(endpoint.get("label") or endpoint["id"])
            tested = () if decided else (", ", tables.number(test))  # one test leads
            yield (
                f"{label}: ", tables.number(one), f" under {pair.names[0]}, ", tables.number(other),
                f" under {pair.names[1]}; difference ", *tables.words(gap), *tested, ".",
            )  # fmt: skip
        yield from decided


def _decided(source: Source, tables: Tables, key: str) -> Iterator[tuple[Run, ...]]:
    """What the designed test decided."""
    found = [source.by_id.get(f"{key}.designed.{end}") for end in ("decision", "p_value")]
    if all(found):
        decision, test = (record for record in found if record)
        yield (
            f"As designed ({test['method']}): ", tables.number(decision), ", one-sided ",
            tables.number(test), ".",
        )  # fmt: skip


def sure(source: Source) -> Iterator[tuple[Run, ...]]:
    """How far each leading comparison hangs on missing verdicts and on the method."""
    tables = Tables(source)
    for pair in _pairs(source):
        endpoint, stem = pair.leading
        least = source.by_id.get(f"{pair.key}.{endpoint['id']}.tipping.least") if endpoint else None
        if least and least["value"] is not None:
            yield (
                f"{pair.names[0]} against {pair.names[1]}, with the missing verdicts as "
                "unfavourable as they could be: difference ", *tables.words(least), ".",
            )  # fmt: skip
        exact = source.by_id.get(f"{stem}.difference_exact")
        if exact and exact["value"] is not None and "in place of" not in exact["method"]:
            yield ("By the exact unconditional method: ", *tables.words(exact), ".")


def _pairs(source: Source) -> list["_Pair"]:
    arms = source.plan.get("arms") or []
    given = (source.plan.get("comparison") or {}).get("control")
    control = next((arm for arm in arms if arm["id"] == given), arms[-1] if arms else None)
    if control is None or not source.of("comparison"):
        return []
    others = [arm for arm in arms if arm["id"] != control["id"]]
    return [_Pair(source, arm, control) for arm in others]


class _Pair:
    """One arm against the control."""

    def __init__(self, source: Source, arm: Record, control: Record) -> None:
        self.source, self.tables = source, Tables(source)
        self.arms = (arm, control)
        self.key = f"comparison.{arm['id']}"
        self.names = tuple(str(item.get("label") or item["id"]) for item in self.arms)
        self.ends = (*(f"share.{item['id']}" for item in self.arms), "difference", "fisher")
        self.name = f"comparison-{arm['id']}".lower()

    @property
    def endpoints(self) -> list[Record]:
        return [
            item
            for item in self.source.plan.get("endpoints") or []
            if any(self.source.under(f"{self.key}.{item['id']}"))
        ]

    @property
    def leading(self) -> tuple[Record | None, str]:
        """The primary endpoint, else the first, and how its ids start."""
        found = sorted(self.endpoints, key=lambda item: item.get("role") != "primary")
        if not found:
            return None, ""
        return found[0], self._stem(found[0])

    def blocks(self, drawn: frozenset[str]) -> Iterator[Block | None]:
        """Everything there is to tell of the pair."""
        yield Prose((f"{self.names[0]} against {self.names[1]}. {SIGN}",))
        yield self._designed()
        yield from figures.shown(self.source, drawn, "forest")
        yield self._responders()
        yield self._methods()
        yield self._tipping()
        yield self._subgroups()
        yield from figures.shown(self.source, drawn, "means")
        yield self._visits()
        yield self._last()
        yield self._leavers()
        yield from figures.shown(self.source, drawn, "times")
        yield self._times()
        yield self._status()
        yield self.tables.by_group(
            f"{self.name}-tests", f"Times and ordered outcomes compared: {self.names[0]}",
            [record for stem in ("time", "status", "wins") for record in
             self.source.under(f"{self.key}.{stem}") if "ARM" not in (record["groups"] or {})],
        )  # fmt: skip
        yield self._events()

    def _designed(self) -> Table | None:
        """The designed test at each look, and what follows from it."""
        stem, found = f"{self.key}.designed", self.source.by_id
        looks = (self.source.plan.get("primary_analysis") or {}).get("looks") or []
        titles = DESIGNED if looks else {end: DESIGNED[end] for end in ONCE}
        ends = tuple(titles)
        rows = [
            self._row((f"Look {number}", str(look["patients"])),
                      [f"{stem}.look{number}.{end}" for end in ends])
            for number, look in enumerate(looks, 1)
        ]  # fmt: skip
        whole = {
            "p_value": f"{stem}.p_value",
            "repeated": f"{stem}.difference",
            "decision": f"{stem}.decision",
        }
        last = found.get(f"{stem}.decision") or {}
        title = "After the looks" if looks else "All patients"
        rows.append(
            self._row((title, str(last.get("n") or "")), [whole.get(end, "") for end in ends])
        )
        return self._make(
            "designed", "Primary analysis as designed",
            ("Analysis", "Patients", *titles.values()), rows, text=2,
            note="At a look: the repeated interval, which holds at every look. After the looks: "
            "the median-unbiased estimate by the stagewise ordering." if looks else "",
        )  # fmt: skip

    def _stem(self, endpoint: Record) -> str:
        return f"{self.key}.{endpoint['id']}.{first_handling(endpoint)}"

    def _row(self, heads: Iterable[str], keys: Iterable[str]) -> tuple[Cell, ...] | None:
        found = [self.source.by_id.get(key) for key in keys]
        if not any(found):
            return None
        first, *others = heads
        return (
            cell(first, "row"),
            *(cell(text) for text in others),
            *(
                self.tables.found(record, unit=(record or {}).get("statistic") != "rate")
                for record in found
            ),
        )

    def _make(
        self,
        name: str,
        caption: str,
        head: tuple[str, ...],
        rows: Iterable[tuple[Cell, ...] | None],
        text: int = 1,
        note: str = "",
    ) -> Table | None:
        kept = [row for row in rows if row]
        return self.tables.make(f"{self.name}-{name}", caption, head, kept, text=text, note=note)

    def _responders(self) -> Table | None:
        rows = []
        for endpoint in self.endpoints:
            for handling in endpoint.get("handlings") or ():
                stem = f"{self.key}.{endpoint['id']}.{handling.lower()}"
                share = self.source.by_id.get(f"{stem}.difference") or {}
                about = str(share.get("estimand") or "").rpartition("; ")[2]
                keys = [f"{stem}.{end}" for end in (*self.ends, "fisher_adjusted")]
                label = str(endpoint.get("label") or endpoint["id"])
                rows.append(self._row((label, about.capitalize()), keys))
        return self._make(
            "responders", "Responders of both arms, by endpoint and handling of missing verdicts",
            ("Endpoint", "Missing verdicts", *self.names, "Difference", "Fisher", "Adjusted"),
            rows, text=2, note="Adjusted: for all endpoints together, the primary one first.",
        )  # fmt: skip

    def _methods(self) -> Table | None:
        head = ("Method", *(str(item.get("label") or item["id"]) for item in self.endpoints))
        stems = [self._stem(item) for item in self.endpoints]
        rows = [self._row((title,), [f"{stem}.{end}" for stem in stems]) for title, end in METHODS]
        return self._make("methods", "The same comparison by other methods", head, rows)

    def _tipping(self) -> Table | None:
        rows = [
            self._row((str(item.get("label") or item["id"]),),
                      [f"{self.key}.{item['id']}.tipping.{end}" for end in
                       ("least", "most", "share")])
            for item in self.endpoints
        ]  # fmt: skip
        head = ("Endpoint", "Least favourable", "Most favourable", "Ways with p ≤ 0.05")
        return self._make("tipping", "What the missing verdicts could change", head, rows)

    def _subgroups(self) -> Table | None:
        names = [str((record["groups"] or {}).get("DIAG")) for record in
                 self.source.under(f"{self.key}.subgroup")
                 if record["id"].endswith(".difference")]  # fmt: skip
        rows = [
            self._row((name,), [f"{self.key}.subgroup.{name}.{end}" for end in
                                ("difference", "shrunk")])
            for name in names
        ]  # fmt: skip
        head = ("Diagnosis", "Difference", "Shrunk")
        return self._make(
            "subgroups",
            "The leading endpoint by diagnosis",
            head,
            rows,
            note="Shrunk: drawn towards the other diagnoses.",
        )

    def _outcomes(self, model: str) -> dict[str, tuple[str, list[str]]]:
        """Label and visits of each continuous outcome, by its code."""
        found: dict[str, tuple[str, list[str]]] = {}
        for record in self.source.under(self.key):
            parts = record["id"].split(".")
            if len(parts) > 4 and parts[3] == model and parts[-1] == "difference":
                label = named(str(record["label"]).partition(":")[0])
                found.setdefault(parts[2], (label, []))[1].append(parts[4])
        return found

    def _visits(self) -> Table | None:
        labels = {visit["id"]: visit["label"] for visit in self.source.visits}
        ends = (*(f"mean.{item['id']}" for item in self.arms), "difference", "p_value")
        rows = [
            self._row((label, labels.get(visit, visit)),
                      [f"{self.key}.{code}.mmrm.{visit}.{end}" for end in ends])
            for code, (label, visits) in self._outcomes("mmrm").items()
            for visit in visits
        ]  # fmt: skip
        head = ("Outcome", "Visit", *self.names, "Difference", "Test")
        caption = "Adjusted mean change by visit, mixed model for repeated measures"
        return self._make("visits", caption, head, rows, text=2)

    def _last(self) -> Table | None:
        rows = [
            self._row((label,), [
                f"{self.key}.{code}.{end}"
                for end in (f"ancova.{visits[-1]}.difference", f"ancova.{visits[-1]}.p_value",
                            f"ranks.{visits[-1]}.shift", f"ranks.{visits[-1]}.mann_whitney")
            ])
            for code, (label, visits) in self._outcomes("ancova").items()
        ]  # fmt: skip
        head = ("Outcome", "Difference (ANCOVA)", "Test", "Shift (ranks)", "Mann-Whitney")
        return self._make("last", "Change at the last visit, observed cases", head, rows)

    def _leavers(self) -> Table | None:
        """Each strategy for patients who left, and the tipping point."""
        ways = (("Missing at random", "mar"), ("Jump to reference", "j2r"),
                ("Copy increments in reference", "cir"), ("Copy reference", "cr"))  # fmt: skip
        rows = []
        for code, (label, visits) in self._outcomes("mar").items():
            for title, way in ways:
                stem = f"{self.key}.{code}.{way}.{visits[-1]}"
                ends = ("difference", "p_value", "imputed.difference", "imputed.p_value",
                        "imputed.tipping")  # fmt: skip
                rows.append(self._row((label, title), [f"{stem}.{end}" for end in ends]))
        head = ("Outcome", "After leaving", "Conditional means", "Test", "Imputed", "Test",
                "Tipping shift")  # fmt: skip
        caption = "Had patients who left gone on: reference-based imputation"
        return self._make("leavers", caption, head, rows, text=2)

    def _times(self) -> Table | None:
        stems = ["median", *(str(visit["id"]) for visit in self.source.visits)]
        rows = [
            self._row((self._label(f"{self.key}.time.{stem}.{self.arms[0]['id']}"),),
                      [f"{self.key}.time.{stem}.{item['id']}" for item in self.arms])
            for stem in stems
        ]  # fmt: skip
        return self._make(
            "times", "Time to first improvement (Kaplan-Meier)", ("", *self.names), rows
        )

    def _status(self) -> Table | None:
        stems = dict.fromkeys(
            record["id"].rpartition(".")[0]
            for record in self.source.under(f"{self.key}.status")
            if record["statistic"] == "count"
        )
        rows = [
            self._row((self._label(f"{stem}.{self.arms[0]['id']}"),),
                      [f"{stem}.{item['id']}" for item in self.arms])
            for stem in stems
        ]  # fmt: skip
        return self._make("status", "Status at the last visit", ("", *self.names), rows)

    def _label(self, key: str) -> str:
        return str((self.source.by_id.get(key) or {}).get("label") or "")

    def _events(self) -> Table | None:
        """Patients and rates of each arm, then difference and ratio."""
        stems = dict.fromkeys(
            record["id"].rpartition(".")[0] for record in self.source.under(f"{self.key}.events")
        )
        rows = []
        for stem in stems:
            title = self._label(f"{stem}.difference").rpartition(": ")[0]
            kind = stem.removeprefix(f"{self.key}.events.")
            kind = "severity.SEVERE" if kind == "severe" else kind
            keys = [f"arm.{item['id']}.safety.{kind}.{end}" for item in self.arms
                    for end in ("patients", "rate")]  # fmt: skip
            keys += [f"{stem}.difference", f"{stem}.rate_ratio"]
            rows.append(self._row((title,), keys))
        heads = [f"{name}{end}" for name in self.names for end in ("", ", rate")]
        return self._make(
            "events", "Adverse events of both arms, as treated",
            ("Event", *heads, "Difference", "Ratio of rates"), rows,
            note="A rate is events per patient-year of exposure, with Garwood's exact interval.",
        )  # fmt: skip


def _each_arm(source: Source) -> Iterator[Block | None]:
    """Tables with a column for each arm."""
    tables = Tables(source)
    found: dict[str, list[Record]] = {}
    for record in source.of("by_arm"):
        if set(record["groups"] or {}) <= {"ARM"}:
            found.setdefault(record["id"].split(".")[2], []).append(record)
    found["functional_index"] = found.pop("fi", [])
    for name, caption in BY_ARM:
        yield tables.by_group(f"arms-{name}", caption, found.get(name, []), group="ARM")
