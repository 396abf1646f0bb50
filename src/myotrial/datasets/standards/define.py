"""define.xml 2.1: what every dataset and variable of an export is.

Tests hold it against the official schema.
"""

from collections.abc import Sequence
from datetime import datetime
from xml.etree import ElementTree as ET

from myotrial.datasets.standards.dataset import Dataset, Variable
from myotrial.datasets.standards.odm_document import begun, described, element, ended
from myotrial.protocol.models import Protocol

__all__ = ["define"]

DEF = "http://www.cdisc.org/ns/def/v2.1"
XLINK = "http://www.w3.org/1999/xlink"
VERSIONS = {"SDTMIG": "3.4", "ADaMIG": "1.3"}
WITHOUT_SUBJECT = "TRIAL DESIGN"
SOURCES = {  # who supplied a value of each origin
    "Collected": "Investigator",
    "Derived": "Sponsor",
    "Assigned": "Sponsor",
    "Protocol": "Sponsor",
}


def define(
    protocol: Protocol, datasets: Sequence[Dataset], suffix: str, made: datetime, origin: str
) -> bytes:
    """The document, in UTF-8.

    Args:
        protocol: The protocol.
        datasets: Of one standard, in the order of the files.
        suffix: Of the files: ".xpt" or ".json".
        made: The time it is said to be made at.
        origin: captured, reconstructed or simulated; the study's description says so.
    """
    for prefix, uri in (("def", DEF), ("xlink", XLINK)):
        ET.register_namespace(prefix, uri)
    study, standard = protocol.study.id, datasets[0].standard
    context = {_def("Context"): "Other"}
    root, within = begun(protocol, f"define.{study}.{standard}", made, origin, **context)
    _version(within, study, standard, datasets, suffix)
    return ended(root)


def _version(
    within: ET.Element, study: str, standard: str, datasets: Sequence[Dataset], suffix: str
) -> None:
    version = element(
        within,
        "MetaDataVersion",
        OID=f"MDV.{study}.{standard}",
        Name=f"{study}, {standard}",
        **{_def("DefineVersion"): "2.1.0"},
    )
    standards = element(version, _def("Standards"))
    element(
        standards,
        _def("Standard"),
        OID=f"STD.{standard}",
        Name=standard,
        Type="IG",
        Version=VERSIONS[standard],
        Status="Final",
    )
    for item in datasets:
        _group(version, item, standard, suffix)
    for item in datasets:
        for variable in item.variables:
            _item(version, item, variable)
    _lists(version, datasets)


def _group(version: ET.Element, item: Dataset, standard: str, suffix: str) -> None:
    reference = "Yes" if item.kind == WITHOUT_SUBJECT else "No"
    group = element(
        version,
        "ItemGroupDef",
        OID=f"IG.{item.name}",
        Name=item.name,
        Repeating="No" if item.keys == ("STUDYID", "USUBJID") else "Yes",
        IsReferenceData=reference,
        Domain=item.name,
        SASDatasetName=item.name,
        Purpose="Analysis" if standard == "ADaMIG" else "Tabulation",
        **{
            _def("Structure"): item.structure,
            _def("StandardOID"): f"STD.{standard}",
            _def("ArchiveLocationID"): f"LF.{item.name}",
        },
    )
    described(element(group, "Description"), item.label)
    for place, variable in enumerate(item.variables, start=1):
        attributes = {
            "ItemOID": f"IT.{item.name}.{variable.name}",
            "OrderNumber": str(place),
            "Mandatory": "Yes" if variable.name in item.keys else "No",
        }
        if variable.name in item.keys:
            attributes["KeySequence"] = str(item.keys.index(variable.name) + 1)
        element(group, "ItemRef", **attributes)
    element(group, _def("Class"), Name=item.kind)
    file = f"{item.name.lower()}{suffix}"
    leaf = element(group, _def("leaf"), ID=f"LF.{item.name}", **{f"{{{XLINK}}}href": file})
    element(leaf, _def("title")).text = file


def _item(version: ET.Element, item: Dataset, variable: Variable) -> None:
    attributes = {"DataType": variable.kind, "SASFieldName": variable.name}
    if variable.kind != "float":
        attributes["Length"] = str(variable.length)
    else:
        attributes |= {"Length": "17", "SignificantDigits": "12"}
    made = element(
        version,
        "ItemDef",
        OID=f"IT.{item.name}.{variable.name}",
        Name=variable.name,
        **attributes,
    )
    described(element(made, "Description"), variable.label)
    if variable.codes:
        element(made, "CodeListRef", CodeListOID=_codes(item, variable))
    element(made, _def("Origin"), Type=variable.origin, Source=SOURCES[variable.origin])


def _lists(version: ET.Element, datasets: Sequence[Dataset]) -> None:
    """The lists of codes, each once."""
    done: set[str] = set()
    for item in datasets:
        for variable in item.variables:
            name = _codes(item, variable)
            if not variable.codes or name in done:
                continue
            done.add(name)
            several = element(
                version,
                "CodeList",
                OID=name,
                Name=f"Values of {variable.label}",
                DataType="text",
                **{_def("IsNonStandard"): "Yes"},
            )
            for code in variable.codes:
                element(several, "EnumeratedItem", CodedValue=code)


def _codes(item: Dataset, variable: Variable) -> str:
    return f"CL.{item.standard}.{variable.name}"


def _def(name: str) -> str:
    return f"{{{DEF}}}{name}"
