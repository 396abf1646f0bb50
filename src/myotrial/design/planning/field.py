"""What randomised myositis trials reported: response rates of both arms, as counts.

Counts   responders of patients in an arm; derived from published percentages where only those and
         the arm sizes are printed (every rounded percentage is reproduced by them).
Control  background therapy with placebo: these rates are not near zero, and a design that assumed
         so would be wrong.
Source   each `Report` names its own.
"""

from dataclasses import dataclass

from myotrial.facts import Fact

__all__ = ["FACTS", "MEANS", "REPORTS", "MeanReport", "Report", "reports_of"]


@dataclass(frozen=True)
class Report:
    """One binary result of a randomised trial.

    Attributes:
        trial: Short name of the trial.
        definition: Id of the definition of response: "imacs_2004", "tis_20", "tis_40", "tis_60".
        week: Week of the visit.
        treatment: Name of the treatment.
        treated: (responders, patients) of the treated arm.
        control: (responders, patients) of the placebo arm.
        source: Where it is published.
        status: How far it was verified there.
    """

    trial: str
    definition: str
    week: int
    treatment: str
    treated: tuple[int, int]
    control: tuple[int, int]
    source: str
    status: str

    @property
    def name(self) -> str:
        """The result in words."""
        return f"{self.trial}, {self.treatment}: {DEFINITIONS[self.definition]} at week {self.week}"

    @property
    def control_rate(self) -> float:
        """Response rate of the placebo arm, 0 to 1."""
        return self.control[0] / self.control[1]

    @property
    def difference(self) -> float:
        """Treated minus control rate."""
        return self.treated[0] / self.treated[1] - self.control_rate


DEFINITIONS = {
    "imacs_2004": "DOI",
    "tis_20": "TIS of at least 20",
    "tis_40": "TIS of at least 40",
    "tis_60": "TIS of at least 60",
}
ABATACEPT = "doi:10.1002/art.43066, NCT02971683; counts from 56.0 and 42.5 % of 75 and 73"
PRODERM = "doi:10.1186/s13075-023-03232-2; counts from 78.7 and 43.8 % of 47 and 48"
ALKIVIA = "EULAR 2025 report of ALKIVIA (phase 2 part); counts from percentages of 47 and 42"
DOI, TIS = "imacs_2004", "tis_{}".format
REPORTS = (
    Report("Abatacept phase 3", DOI, 24, "abatacept", (42, 75), (31, 73), ABATACEPT, "derived"),
    Report("ProDERM", TIS(20), 16, "IVIg", (37, 47), (21, 48), PRODERM, "derived"),
    Report("ALKIVIA", TIS(20), 24, "efgartigimod", (43, 47), (31, 42), ALKIVIA, "derived"),
    Report("ALKIVIA", TIS(40), 24, "efgartigimod", (37, 47), (20, 42), ALKIVIA, "derived"),
    Report("ALKIVIA", TIS(60), 24, "efgartigimod", (16, 47), (4, 42), ALKIVIA, "derived"),
)


@dataclass(frozen=True)
class MeanReport:
    """The mean Total Improvement Score of both arms of a randomised trial.

    Attributes:
        trial: Short name of the trial.
        week: Week of the visit.
        treatment: Name of the treatment.
        treated: Mean score of the treated arm, points.
        control: Mean score of the placebo arm, points.
        source: Where it is published.
        status: How far it was verified there.
    """

    trial: str
    week: int
    treatment: str
    treated: float
    control: float
    source: str
    status: str

    @property
    def difference(self) -> float:
        """Treated minus control mean, points."""
        return self.treated - self.control


MEANS = (
    MeanReport("ALKIVIA", 24, "efgartigimod", 50.45, 35.65, "EULAR 2025 report of ALKIVIA (phase 2 "
               "part)", "verified"),
    MeanReport("ProDERM", 16, "IVIg", 48.4, 21.6, "doi:10.1186/s13075-023-03232-2", "verified"),
    MeanReport("VALOR", 52, "brepocitinib 30 mg", 46.5, 31.2, "news report of the sponsor's "
               "topline release, 2025", "verified"),
    MeanReport("DETERMINE", 28, "lenabasum", 28.3, 26.7, "sponsor's release, June 2021",
               "verified"),
)  # fmt: skip
FACTS = tuple(
    Fact(f"{report.name}, {arm}", f"{counts[0]}/{counts[1]}", "patients", report.source,
         report.status)
    for report in REPORTS
    for arm, counts in (("treated", report.treated), ("placebo", report.control))
) + tuple(
    Fact(f"{report.trial}, {report.treatment}: mean TIS at week {report.week}, {arm}", mean,
         "points", report.source, report.status)
    for report in MEANS
    for arm, mean in (("treated", report.treated), ("placebo", report.control))
)  # fmt: skip


def reports_of(definition: str) -> tuple[Report, ...]:
    """The results by one definition; all results where no trial used it.

    >>> [report.trial for report in reports_of("imacs_2004")]
    ['Abatacept phase 3']
    """
    return tuple(item for item in REPORTS if item.definition == definition) or REPORTS
