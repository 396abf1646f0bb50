"""Published criteria for who has which myositis, one file for each set."""

from myotrial.classification.verdicts import Verdict

__all__ = ["Verdict"]
