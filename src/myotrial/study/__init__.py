"""The trial's folder and the steps that fill it, in order."""

from myotrial.study.answers import Checked, Outcome
from myotrial.study.audits import anchor_trail, export_trail, verify_trail
from myotrial.study.backups import backup, restore
from myotrial.study.biopsies import MeasuredBiopsies, measure_biopsies
from myotrial.study.catalogue import Instruments, instruments
from myotrial.study.claims import Verdict, examine
from myotrial.study.doctor import Diagnosis, diagnose
from myotrial.study.explained import Explanation, explain, explain_file
from myotrial.study.folder import Study
from myotrial.study.reading_answers import Asked, Read, StartedReading, Unblinded
from myotrial.study.readings import new_reading, unblind, view
from myotrial.study.releases import release
from myotrial.study.scored import ScoredFile, score
from myotrial.study.serving import ServedStudy, serve
from myotrial.study.start import Started, demo, init

__all__ = [
    "Asked",
    "Checked",
    "Diagnosis",
    "Explanation",
    "Instruments",
    "MeasuredBiopsies",
    "Outcome",
    "Read",
    "ScoredFile",
    "ServedStudy",
    "Started",
    "StartedReading",
    "Study",
    "Unblinded",
    "Verdict",
    "anchor_trail",
    "backup",
    "demo",
    "diagnose",
    "examine",
    "explain",
    "explain_file",
    "export_trail",
    "init",
    "instruments",
    "measure_biopsies",
    "new_reading",
    "release",
    "restore",
    "score",
    "serve",
    "unblind",
    "verify_trail",
    "view",
]
