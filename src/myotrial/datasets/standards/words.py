"""Labels of SDTM and ADaM variables, and the short names our own columns have in a transport file.

Source   CDISC SDTM Implementation Guide 3.4 and ADaM Implementation Guide 1.3 (names and labels;
         recalled, not checked against a release: the docs show this status).
"""

from types import MappingProxyType

from myotrial import terms
from myotrial.facts import Fact

__all__ = ["DOMAIN_LABELS", "FACTS", "LABELS", "SHORT_LABELS", "SHORT_NAMES", "label"]

FACTS = (
    Fact(
        "domains, names and labels of SDTM variables follow the guide",
        "3.4",
        "",
        "CDISC SDTM Implementation Guide",
        "recalled",
    ),
    Fact(
        "classes and names of ADaM datasets follow the guide",
        "1.3",
        "",
        "CDISC ADaM Implementation Guide",
        "recalled",
    ),
    Fact(
        "words of sex, severity, completion, blinding and phase follow",
        "CDISC controlled terminology",
        "",
        "CDISC controlled terminology; no release was compared",
        "recalled",
    ),
)

DOMAIN_LABELS = MappingProxyType(
    {
        "DM": "Demographics",
        "SV": "Subject Visits",
        "DS": "Disposition",
        "EX": "Exposure",
        "CM": "Concomitant/Prior Medications",
        "AE": "Adverse Events",
        "LB": "Laboratory Test Results",
        "QS": "Questionnaires",
        "RS": "Disease Response and Clin Classification",
        "FT": "Functional Tests",
        "BE": "Biospecimen Events",
        "MI": "Microscopic Findings",
        "TA": "Trial Arms",
        "TE": "Trial Elements",
        "TV": "Trial Visits",
        "TI": "Trial Inclusion/Exclusion Criteria",
        "TS": "Trial Summary Information",
        "SUPPDM": "Supplemental Qualifiers for DM",
        "SUPPEX": "Supplemental Qualifiers for EX",
    }
)

LABELS = MappingProxyType(
    {
        "DOMAIN": "Domain Abbreviation",
        "RDOMAIN": "Related Domain Abbreviation",
        "SUBJID": "Subject Identifier for the Study",
        "SITEID": "Study Site Identifier",
        "RFSTDTC": "Subject Reference Start Date/Time",
        "AGEU": "Age Units",
        "ARMCD": "Planned Arm Code",
        "ARM": "Description of Planned Arm",
        "ACTARMCD": "Actual Arm Code",
        "ACTARM": "Description of Actual Arm",
        "VISITNUM": "Visit Number",
        "VISIT": "Visit Name",
        "VISITDY": "Planned Study Day of Visit",
        "SVSTDTC": "Start Date/Time of Observation",
        "SVSTDY": "Study Day of Start of Observation",
        "DSTERM": "Reported Term for the Disposition Event",
        "DSCAT": "Category for Disposition Event",
        "EXROUTE": "Route of Administration",
        "AEDECOD": "Dictionary-Derived Term",
        "BETERM": "Reported Term for the Biospecimen Event",
        "BECAT": "Category for Biospecimen Event",
        "ETCD": "Element Code",
        "ELEMENT": "Description of Element",
        "TAETORD": "Planned Order of Element within Arm",
        "TABRANCH": "Branch",
        "TATRANS": "Transition Rule",
        "EPOCH": "Epoch",
        "TESTRL": "Rule for Start of Element",
        "TEENRL": "Rule for End of Element",
        "TEDUR": "Planned Duration of Element",
        "TVSTRL": "Visit Start Rule",
        "TVENRL": "Visit End Rule",
        "IETESTCD": "Incl/Excl Criterion Short Name",
        "IETEST": "Inclusion/Exclusion Criterion",
        "IECAT": "Inclusion/Exclusion Category",
        "TIRL": "Inclusion/Exclusion Criterion Rule",
        "TSSEQ": "Sequence Number",
        "TSPARMCD": "Trial Summary Parameter Short Name",
        "TSPARM": "Trial Summary Parameter",
        "TSVAL": "Parameter Value",
        "TSVALNF": "Parameter Null Flavor",
        "IDVAR": "Identifying Variable",
        "IDVARVAL": "Identifying Variable Value",
        "QNAM": "Qualifier Variable Name",
        "QLABEL": "Qualifier Variable Label",
        "QVAL": "Data Value",
        "QORIG": "Origin",
    }
)

SUFFIXES = MappingProxyType(  # of findings and events, after the domain's two letters
    {
        "SEQ": "Sequence Number",
        "REFID": "Reference ID",
        "TESTCD": "Short Name of Measurement, Test or Exam",
        "TEST": "Name of Measurement, Test or Examination",
        "CAT": "Category",
        "ORRES": "Result or Finding in Original Units",
        "ORRESU": "Original Units",
        "STRESC": "Character Result/Finding in Std Format",
        "STRESN": "Numeric Result/Finding in Standard Units",
        "STRESU": "Standard Units",
        "STAT": "Completion Status",
        "ORNRHI": "Reference Range Upper Limit in Orig Unit",
        "STNRHI": "Reference Range Upper Limit-Std Units",
        "NRIND": "Reference Range Indicator",
        "SPEC": "Specimen Type",
        "LOBXFL": "Last Observation Before Exposure Flag",
        "DTC": "Date/Time of Collection",
        "DY": "Study Day of Collection",
        "STDTC": "Start Date/Time",
        "ENDTC": "End Date/Time",
        "STDY": "Study Day of Start",
        "ENDY": "Study Day of End",
        "DOSFRQ": "Dosing Frequency per Interval",
    }
)

SHORT_NAMES = MappingProxyType(  # of our columns that are longer than 8 characters
    {"NASSESSED": "NASSESS", "FIPCT_BEST": "FIBEST"}
)
SHORT_LABELS = MappingProxyType(  # of our columns whose label is longer than 40 bytes
    {
        "IMPR": "Improvement from Baseline (%)",
        "NORMFL": "Verdict Hangs on a Normal Enzyme",
        "FIEVER": "Functional Index Ever Improved",
    }
)


def label(name: str, domain: str = "") -> str:
    """The label of a variable; of one that starts with its domain, that of the rest of its name.

    >>> label("MIDY", "MI"), label("LBSEQ", "LB")
    ('Study Day of Collection', 'Sequence Number')
    """
    if name in LABELS:
        return LABELS[name]
    if domain and name.startswith(domain) and name[len(domain) :] in SUFFIXES:
        return SUFFIXES[name[len(domain) :]]
    return SHORT_LABELS.get(name, terms.LABELS.get(name, name))
