"""The words of the tables: CDISC column names, and what may stand in some of them.

Names follow SDTM and ADaM; a name that is ours because the standards have none says so.
"""

from types import MappingProxyType

__all__ = ["CAPTURED", "LABELS", "ORIGINS", "RECONSTRUCTED", "SIMULATED"]

CAPTURED = "captured"
RECONSTRUCTED = "reconstructed"
SIMULATED = "simulated"

ORIGINS = MappingProxyType(
    {
        CAPTURED: "Entered at a site or imported from a site's records.",
        RECONSTRUCTED: "Drawn to agree with published statements; describes no real patient.",
        SIMULATED: "Drawn from a stated model; describes no real patient.",
    }
)

LABELS = MappingProxyType(
    {
        "USUBJID": "Unique Subject Identifier",
        "SEX": "Sex",
        "AGE": "Age",
        "DIAG": "Diagnosis",  # ours
        "DISDUR": "Disease Duration (Years)",  # ours
        "TRT01P": "Planned Treatment for Period 01",
        "TRT01A": "Actual Treatment for Period 01",
        "VISIT": "Visit Name",
        "VISITDY": "Study Day of Visit",
        "AVISIT": "Analysis Visit",
        "AVISITN": "Analysis Visit (N)",
        "ADY": "Analysis Relative Day",
        "PARAMCD": "Parameter Code",
        "PARAM": "Parameter",
        "AVAL": "Analysis Value",
        "AVALC": "Analysis Value (C)",
        "AVALU": "Analysis Value Unit",
        "BASE": "Baseline Value",
        "CHG": "Change from Baseline",
        "PCHG": "Percent Change from Baseline",
        "IMPR": "Improvement from Baseline (%), Positive Is Better",  # ours
        "ABLFL": "Baseline Record Flag",
        "ANL01FL": "Analysis Flag 01",
        "DTYPE": "Derivation Type",
        "SAFFL": "Safety Population Flag",
        "FASFL": "Full Analysis Set Population Flag",
        "COMPLFL": "Completers Population Flag",
        "EOSSTT": "End of Study Status",
        "DCSREAS": "Reason for Discontinuation from Study",
        "EOSDY": "Study Day of End of Study",  # ours
        "ORIGIN": "Origin of the Record",  # ours: captured, reconstructed or simulated
        "RULE": "Rule That Derived the Value",  # ours: dotted name of the function
        "SRCROWS": "Source Rows (table:row)",  # ours
    }
)
