"""What the abbreviations of a report mean, and where they stand in a text."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from markupsafe import Markup, escape

__all__ = ["MEANINGS", "explained"]

MEANINGS: Mapping[str, str] = MappingProxyType(
    {
        "ASYS": "antisynthetase syndrome",
        "CHAQ": "childhood health assessment questionnaire",
        "CI": "confidence interval",
        "CK": "creatine kinase",
        "CMAS": "childhood myositis assessment scale",
        "CrI": "credible interval, of a posterior distribution",
        "DM": "dermatomyositis",
        "DOI": "definition of improvement",
        "FI": "functional index, a test of muscle endurance",
        "HAQ": "health assessment questionnaire",
        "HAQDI": "disability index of the health assessment questionnaire",
        "IBM": "inclusion body myositis",
        "IMNM": "immune-mediated necrotising myopathy",
        "IL-1Ra": "interleukin-1 receptor antagonist",
        "IMACS": "International Myositis Assessment and Clinical Studies group",
        "IQR": "interquartile range: first to third quartile",
        "JDM": "juvenile dermatomyositis",
        "MHC": "major histocompatibility complex",
        "MMT8": "manual muscle testing of eight muscles",
        "MYOACT": "extramuscular disease activity, by the MYOACT index",
        "NRI": "non-responder imputation: a patient without a verdict counts as no responder",
        "PHGA": "physician's global assessment of disease activity",
        "PM": "polymyositis",
        "PRINTO": "Paediatric Rheumatology International Trials Organisation",
        "PTGA": "patient's global assessment of disease activity",
        "SD": "standard deviation",
        "TIS": "Total Improvement Score of the 2016 response criteria",
    }
)
KNOWN = re.compile(
    rf"(?<![\w-])({'|'.join(sorted(map(re.escape, MEANINGS), key=len, reverse=True))})(?![\w-])"
)


def explained(text: str, seen: set[str] | None = None) -> Markup:
    """Escape a text for HTML and explain each abbreviation where it first stands.

    Args:
        text: Plain text.
        seen: Abbreviations already explained; those found here are added.

    >>> explained("2 of 4 with DM <b>")
    Markup('2 of 4 with <abbr title="dermatomyositis">DM</abbr> &lt;b&gt;')
    """
    told = set() if seen is None else seen
    parts: list[Markup] = []
    for index, part in enumerate(KNOWN.split(text)):
        if index % 2 and part not in told:
            told.add(part)
            parts.append(Markup('<abbr title="{}">{}</abbr>').format(MEANINGS[part], part))
        else:
            parts.append(escape(part))
    return Markup("").join(parts)
