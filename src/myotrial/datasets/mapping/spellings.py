"""What others call the columns of our captured tables, and the values in them.

A name says what a column holds, never its unit or the order of day and month.
"""

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["COLUMNS", "NOT_RECORDED", "VALUES"]

COLUMNS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "ARM": ("arm", "armcd", "treatment_arm", "treatment_group", "group", "randomised_to"),
        "SEX": ("sex", "gender"),
        "AGE": ("age", "age_years", "age_at_enrolment"),
        "DIAG": ("diag", "diagnosis", "dx", "myositis_type"),
        "DISDUR": ("disdur", "disease_duration", "disease_duration_years"),
        "RFSTDTC": ("rfstdtc", "first_dose_date", "date_first_dose", "date_of_first_dose"),
        "VISITDY": ("visitdy", "visit_day", "study_day", "day", "ady"),
        "VISITDTC": ("visitdtc", "visit_date", "date_of_visit", "date", "assessment_date"),
        "DSDECOD": ("dsdecod", "end_of_study", "study_completion", "end_of_study_status"),
        "DSREAS": ("dsreas", "reason_for_withdrawal", "withdrawal_reason", "reason"),
        "DSSTDTC": ("dsstdtc", "end_of_study_date", "completion_date", "withdrawal_date"),
        "EXTRT": ("extrt", "study_drug", "study_treatment", "drug"),
        "EXDOSE": ("exdose", "study_drug_dose"),
        "EXDOSU": ("exdosu", "study_drug_dose_unit"),
        "EXSTDTC": ("exstdtc", "exposure_start_date", "dosing_start_date"),
        "EXENDTC": ("exendtc", "exposure_end_date", "dosing_end_date"),
        "EXPLAN": ("explan", "doses_planned"),
        "EXTAKEN": ("extaken", "doses_taken"),
        "CMTRT": ("cmtrt", "medication", "medication_name", "concomitant_medication"),
        "CMCLAS": ("cmclas", "medication_class", "drug_class"),
        "CMDOSE": ("cmdose", "medication_dose"),
        "CMDOSU": ("cmdosu", "medication_dose_unit"),
        "CMDOSFRQ": ("cmdosfrq", "frequency", "medication_frequency"),
        "CMSTDTC": ("cmstdtc", "medication_start_date"),
        "CMENDTC": ("cmendtc", "medication_end_date"),
        "AETERM": ("aeterm", "ae_term", "adverse_event", "event_term", "ae_description"),
        "AESEV": ("aesev", "ae_severity", "severity", "ae_grade"),
        "AEREL": ("aerel", "ae_related", "related", "relationship", "ae_relationship"),
        "AEACN": ("aeacn", "ae_action", "action_taken"),
        "AESTDTC": ("aestdtc", "ae_start", "ae_start_date", "onset_date", "ae_onset"),
        "AEENDTC": ("aeendtc", "ae_end", "ae_end_date", "ae_stop_date"),
        "BXTIME": ("bxtime", "biopsy", "biopsy_time"),
        "BXDTC": ("bxdtc", "biopsy_date", "date_of_biopsy"),
        "MARKER": ("marker", "stain"),
        "BXRES": ("bxres", "marker_result"),
        "BXPRES": ("bxpres", "marker_present"),
        "BXU": ("bxu", "marker_unit"),
    }
)
VALUES: Mapping[str, Mapping[str, str]] = MappingProxyType(  # by what a column can hold
    {
        "SEX": {"female": "F", "woman": "F", "male": "M", "man": "M"},
        "YN": {"yes": "Y", "true": "Y", "no": "N", "false": "N"},
        "DSDECOD": {
            "complete": "COMPLETED",
            "yes": "COMPLETED",
            "withdrew": "WITHDRAWN",
            "discontinued": "WITHDRAWN",
            "dropout": "WITHDRAWN",
        },
        "BXTIME": {"first": "BASELINE", "second": "REPEAT"},
    }
)
NOT_RECORDED = (  # codes of HL7, as REDCap offers them for missing data
    "NI", "NA", "N/A", "UNK", "NASK", "ASKU", "NAV", "NAVU", "MSK", "NP", "INV", "ND",
)  # fmt: skip
