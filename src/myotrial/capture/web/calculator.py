"""The public calculator: improvement between two visits, and who has which myositis.

Works logged out and stores nothing: what is typed comes by POST, is scored by the functions that
score the study's own visits, and stands in the answer alone.
"""

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as said

from myotrial.classification.eular_acr_2017 import Items
from myotrial.classification.eular_acr_2017_groups import classify
from myotrial.errors import MyotrialError
from myotrial.response import imacs_2004, tis_2016
from myotrial.response.core_set import CoreSet, improvements

__all__ = ["calculator", "improvement"]

MEASURES = MappingProxyType(
    {
        "physician": said("Physician global activity (0–10 cm)"),
        "patient": said("Patient global activity (0–10 cm)"),
        "strength": said("Manual muscle testing (points)"),
        "function": said("HAQ or CHAQ (0–3)"),
        "enzyme": said("Creatine kinase (in units of your laboratory)"),
        "extramuscular": said("Extramuscular activity (0–10 cm)"),
    }
)
STRENGTHS = (150, 80, 260)  # highest score of each variant of the MMT
FINDINGS = MappingProxyType(
    {
        "weak_arms": said("Symmetric weakness of the proximal arms"),
        "weak_legs": said("Symmetric weakness of the proximal legs"),
        "weak_neck_flexors": said("Neck flexors weaker than extensors"),
        "weak_proximal_legs": said("Proximal leg muscles weaker than distal ones"),
        "heliotrope_rash": said("Heliotrope rash"),
        "gottron_papules": said("Gottron’s papules"),
        "gottron_sign": said("Gottron’s sign"),
        "dysphagia": said("Dysphagia or oesophageal dysmotility"),
        "anti_jo1": said("Anti-Jo-1 antibody"),
        "raised_enzyme": said("CK, LDH, AST or ALT above the upper limit"),
        "surrounding_infiltrate": said("Biopsy: endomysial cells surround fibres"),
        "perimysial_infiltrate": said("Biopsy: perimysial or perivascular cells"),
        "perifascicular_atrophy": said("Biopsy: perifascicular atrophy"),
        "rimmed_vacuoles": said("Biopsy: rimmed vacuoles"),
        "finger_flexor_weakness": said("Finger flexors weak"),
        "no_treatment_response": said("No response to treatment"),
        "better_explanation": said("Something else explains it better"),
    }
)
ANSWERS = MappingProxyType({"Y": True, "N": False})
CLASSES = MappingProxyType(
    {
        "not_iim": said("no myositis"),
        "possible_iim": said("possible myositis"),
        "probable_iim": said("probable myositis"),
        "definite_iim": said("definite myositis"),
        "not_applicable": said("not applicable"),
    }
)


def calculator(request: Any) -> HttpResponse:
    """Two forms on one page, and what each of them makes."""
    form, shown, problem = request.POST, {}, ""
    try:
        if form.get("what") == "improvement":
            shown = improvement(form)
        elif form.get("what") == "classification":
            shown = _classified(form)
    except MyotrialError as error:
        problem = str(error)
    rows = [
        (name, label, form.get(f"before_{name}", ""), form.get(f"after_{name}", ""))
        for name, label in MEASURES.items()
    ]
    findings = [(name, label, form.get(name, "")) for name, label in FINDINGS.items()]
    page = {"rows": rows, "findings": findings, "strengths": STRENGTHS, "typed": form, **shown}
    page["problem"] = problem
    status = 422 if problem else 200
    return render(request, "myotrial/web/calculator.html", page, status=status)


def improvement(form: Mapping[str, str]) -> dict[str, Any]:
    """Total improvement score and the definition of improvement of 2004, with their bounds.

    Raises:
        MyotrialError: A value is no number, or lies outside its scale.
    """
    most, upper = _number(form, "maximum", 260), _number(form, "upper", math.inf)
    tops = {"strength": most, "function": 3.0, "enzyme": math.inf}
    before, after = (
        CoreSet(*(_number(form, f"{when}_{name}", tops.get(name, 10.0)) for name in MEASURES))
        for when in ("before", "after")
    )
    extent = tis_2016.imacs_ranges(most, tis_2016.ENZYME_MULTIPLES["ck"] * (upper or math.nan))
    change = tis_2016.changes(before, after, extent)
    low, high = tis_2016.bounds(change)
    started = CoreSet(*(math.nan if item == 0 else item for item in before))  # no percent of 0
    percent = improvements(started, after, CoreSet(*[math.inf] * 6))
    met = imacs_2004.bounds(percent)
    return {
        "tis": (float(low), float(high)),
        "category": tis_2016.CATEGORIES[int(tis_2016.category(low, high))],
        "doi": (bool(met[0]), bool(met[1])),
        "settled": bool(met[0]) == bool(met[1]),
    }


def _classified(form: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {name: ANSWERS.get(form.get(name, "")) for name in FINDINGS}
    age = _number(form, "age_at_onset", 130)
    made = classify(Items(age_at_onset=None if math.isnan(age) else age, **found))
    return {
        "verdict": CLASSES.get(made.classes.verdict or "", _("not settled: items are missing")),
        "points": tuple(tenths / 10 for tenths in made.tenths),
        "chance": tuple(100 * part for part in made.probability),
    }


def _number(form: Mapping[str, str], name: str, top: float) -> float:
    """A number as anybody writes it, with comma or point; NaN where nothing stands."""
    text = form.get(name, "").strip()
    if not text:
        return math.nan
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        value = math.nan
    if not (0 <= value <= top and math.isfinite(value)):
        raise MyotrialError(
            _("“%(text)s” is not a number from 0 to %(top)s.")
            % {"text": text[:20], "top": "∞" if math.isinf(top) else f"{top:g}"}
        )
    return value
