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
        "STUDYID": "Study Identifier",
        "USUBJID": "Unique Subject Identifier",
        "ARM": "Description of Planned Arm",
        "RFSTDTC": "Date of First Dose, Day 1",  # ours
        # subjects
        "SEX": "Sex",
        "AGE": "Age",
        "DIAG": "Diagnosis",  # ours
        "DISDUR": "Disease Duration (Years)",  # ours
        "TRT01P": "Planned Treatment for Period 01",
        "TRT01A": "Actual Treatment for Period 01",
        "SAFFL": "Safety Population Flag",
        "FASFL": "Full Analysis Set Population Flag",
        "COMPLFL": "Completers Population Flag",
        "EOSSTT": "End of Study Status",
        "DCSREAS": "Reason for Discontinuation from Study",
        "EOSDY": "Study Day of End of Study",  # ours
        "LSTVIS": "Last Scheduled Visit Attended",  # ours
        "LSTVISN": "Last Scheduled Visit Attended (N)",  # ours: its month
        "ELIGFL": "Eligibility Flag (Y, N, U)",  # ours
        "ELIGWHY": "Eligibility Rules Failed or Open",  # ours
        "DSDECOD": "Standardized Disposition Term",
        "DSREAS": "Reason for Withdrawal",  # ours
        "DSSTDY": "Study Day of Start of Disposition Event",
        # visits and values
        "VISIT": "Visit Name",
        "VISITDY": "Study Day of Visit",
        "VISITID": "Visit in the Protocol",  # ours
        "AVISIT": "Analysis Visit",
        "AVISITN": "Analysis Visit (N)",
        "ADY": "Analysis Relative Day",
        "ASTDY": "Analysis Start Relative Day",
        "AENDY": "Analysis End Relative Day",
        "PARAMCD": "Parameter Code",
        "PARAM": "Parameter",
        "AVAL": "Analysis Value",
        "AVALC": "Analysis Value (C)",
        "RDSESS": "Reading Session",
        "EVALID": "Evaluator Identifier",
        "RDSEQ": "Number of the Reading",
        "ACPTFL": "Accepted Record Flag",
        "AVALU": "Analysis Value Unit",
        "AVALLO": "Lower Bound of Analysis Value",  # ours: if what is missing were bad
        "AVALHI": "Upper Bound of Analysis Value",  # ours: if what is missing were good
        "BASE": "Baseline Value",
        "CHG": "Change from Baseline",
        "PCHG": "Percent Change from Baseline",
        "IMPR": "Improvement from Baseline (%), Positive Is Better",  # ours
        "ABLFL": "Baseline Record Flag",
        "ANL01FL": "Analysis Flag 01",
        "BZEROFL": "Baseline Is Zero Flag",  # ours: no percentage exists
        "DTYPE": "Derivation Type",
        # response
        "NIMPR": "Measures Improved",  # ours
        "NWORSE": "Measures Worse",  # ours
        "NASSESSED": "Measures Assessed",  # ours
        "NORMFL": "Verdict Hangs on Enzyme Within Normal Limits",  # ours
        "OFMAXFL": "Verdict Hangs on Percent of What",  # ours: of baseline, or of the maximum
        "EVER": "Ever Improved (Y, N, U)",  # ours
        "FIRSTVIS": "Visit of First Improvement",  # ours
        "FIRSTN": "Visit of First Improvement (N)",  # ours
        "SUSTTO": "First Improvement Held until Visit",  # ours
        "NSUST": "Visits in a Row of First Improvement",  # ours
        "CLASS": "Class of Response",  # ours
        "FIEVER": "Functional Index Ever Improved (Y, N, U)",  # ours
        "FIPCT_BEST": "Best Change of Functional Index (%)",  # ours
        "CNSR": "Censor",
        "EVNTDESC": "Event or Censoring Description",
        "ENDPOINT": "Endpoint",  # ours
        "ESTIMAND": "Estimand",  # ours
        "HANDLING": "Handling of Missing Data",  # ours
        # events, doses, therapies, deviations
        "AETERM": "Reported Term for the Adverse Event",
        "AESEV": "Severity/Intensity",
        "AEREL": "Causality",
        "AEACN": "Action Taken with Study Treatment",
        "AESTDY": "Study Day of Start of Adverse Event",
        "AEENDY": "Study Day of End of Adverse Event",
        "TRTEMFL": "Treatment Emergent Analysis Flag",
        "EXTRT": "Name of Treatment",
        "EXDOSE": "Dose",
        "EXDOSU": "Dose Units",
        "EXSTDY": "Study Day of Start of Treatment",
        "EXENDY": "Study Day of End of Treatment",
        "EXDURD": "Days from First to Last Dose",  # ours
        "EXPLAN": "Doses Planned",  # ours
        "EXTAKEN": "Doses Taken",  # ours
        "COMPLPCT": "Compliance (%)",  # ours
        "CMTRT": "Reported Name of Drug, Med, or Therapy",
        "CMCLAS": "Medication Class",
        "CMDOSE": "Dose per Administration",
        "CMDOSU": "Dose Units",
        "CMDOSFRQ": "Dosing Frequency per Interval",
        "CMSTDY": "Study Day of Start of Medication",
        "CMENDY": "Study Day of End, Empty if Ongoing",  # ours
        "STABLE": "Dose Kept Stable (Y, N)",  # ours
        "VIOLTXT": "First Change of Dose",  # ours
        "BXTIME": "First or Repeat Biopsy",  # ours
        "BXDY": "Study Day of Biopsy",  # ours
        "MARKER": "Marker in the Biopsy",  # ours
        "BXRES": "Measured Value of the Marker",  # ours
        "BXPRES": "Marker Present (Y, N)",  # ours
        "BXU": "Unit of the Measured Value",  # ours
        "DVCAT": "Category for Protocol Deviation",
        "ICEID": "Intercurrent Event Identifier",  # ours
        "ICETERM": "Intercurrent Event",  # ours
        "ICECAT": "Kind of Intercurrent Event",  # ours
        "ASTDTF": "Analysis Start Date Imputation Flag",
        "ESTID": "Estimand Identifier",  # ours
        "DVTERM": "Protocol Deviation Term",
        # where a row comes from
        "ORIGIN": "Origin of the Record",  # ours: captured, reconstructed or simulated
        "RULE": "Rule That Derived the Value",  # ours: dotted name of the function
        "SRCROWS": "Source Rows (table:row)",  # ours
        "ROWID": "Row of This Dataset",  # ours
    }
)
