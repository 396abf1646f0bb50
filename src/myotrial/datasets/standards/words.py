"""Labels of SDTM and ADaM variables, and the short names our own columns have in a transport file.

Source   CDISC SDTM Implementation Guide 3.4 and ADaM Implementation Guide 1.3: names, labels and
         order of variables were compared with the tables of both in a public repository that
         holds them (see FACTS); columns that are ours have labels of ours.
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
        "CDISC SDTM Implementation Guide 3.4, its tables of datasets and variables as the public "
        "repository rubentalstra/Trial-Submission-Studio holds them",
        "secondary",
    ),
    Fact(
        "classes and names of ADaM datasets follow the guide",
        "1.3",
        "",
        "CDISC ADaM Implementation Guide 1.3, its table of variables as the public repository "
        "rubentalstra/Trial-Submission-Studio holds it",
        "secondary",
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
        "TS": "Trial Summary",
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
        "COUNTRY": "Country",
        "CMSTDTC": "Start Date/Time of Medication",
        "CMENDTC": "End Date/Time of Medication",
        "CMSTDY": "Study Day of Start of Medication",
        "CMENDY": "Study Day of End of Medication",
        "EXSTDTC": "Start Date/Time of Treatment",
        "EXENDTC": "End Date/Time of Treatment",
        "EXSTDY": "Study Day of Start of Treatment",
        "EXENDY": "Study Day of End of Treatment",
        "AESTDTC": "Start Date/Time of Adverse Event",
        "AEENDTC": "End Date/Time of Adverse Event",
        "AESTDY": "Study Day of Start of Adverse Event",
        "AEENDY": "Study Day of End of Adverse Event",
        "BESTDTC": "Start Date/Time of Biospecimen Event",
        "BESTDY": "Study Day of Start of Biospecimen Event",
        "DSSTDTC": "Start Date/Time of Disposition Event",
        "DSSTDY": "Study Day of Start of Disposition Event",
        "FTTESTCD": "Short Name of Test",
        "FTTEST": "Name of Test",
        "FTSTRESC": "Result or Finding in Standard Format",
        "FTDTC": "Date/Time of Test",
        "FTDY": "Study Day of Test",
        "LBTESTCD": "Lab Test or Examination Short Name",
        "LBTEST": "Lab Test or Examination Name",
        "LBCAT": "Category for Lab Test",
        "LBDTC": "Date/Time of Specimen Collection",
        "LBDY": "Study Day of Specimen Collection",
        "QSTESTCD": "Question Short Name",
        "QSTEST": "Question Name",
        "QSCAT": "Category of Question",
        "QSORRES": "Finding in Original Units",
        "QSSTRESN": "Numeric Finding in Standard Units",
        "QSDTC": "Date/Time of Finding",
        "QSDY": "Study Day of Finding",
        "RSTESTCD": "Assessment Short Name",
        "RSTEST": "Assessment Name",
        "RSCAT": "Category for Assessment",
        "RSDTC": "Date/Time of Assessment",
        "RSDY": "Study Day of Assessment",
        "MITESTCD": "Microscopic Examination Short Name",
        "MITEST": "Microscopic Examination Name",
        "MISPEC": "Specimen Material Type",
        "MIDTC": "Date/Time of Specimen Collection",
        "MIDY": "Study Day of Specimen Collection",
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
    ('Study Day of Specimen Collection', 'Sequence Number')
    """
    if name in LABELS:
        return LABELS[name]
    if domain and name.startswith(domain) and name[len(domain) :] in SUFFIXES:
        return SUFFIXES[name[len(domain) :]]
    return SHORT_LABELS.get(name, terms.LABELS.get(name, name))
