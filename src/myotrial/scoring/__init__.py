"""From a table of visits to scores: the one door."""

from myotrial.scoring.door import Scored, score
from myotrial.scoring.report import Problem, Report
from myotrial.scoring.subjects import by_subject

__all__ = ["Problem", "Report", "Scored", "by_subject", "score"]
