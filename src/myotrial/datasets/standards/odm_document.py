"""What every ODM 1.3.2 document begins with, define.xml among them: its header and its study."""

from datetime import datetime
from importlib.metadata import version
from xml.etree import ElementTree as ET

from myotrial.protocol.models import Protocol

__all__ = ["NAMESPACE", "begun", "described", "element", "ended"]

NAMESPACE = "http://www.cdisc.org/ns/odm/v1.3"
XML = "http://www.w3.org/XML/1998/namespace"


def begun(
    protocol: Protocol, oid: str, made: datetime, origin: str, **more: str
) -> tuple[ET.Element, ET.Element]:
    """The document and its study, with their global variables.

    Args:
        protocol: The protocol.
        oid: FileOID.
        made: The time it is said to be made at.
        origin: captured, reconstructed or simulated; the study's description says so.
        more: Further attributes of the document.
    """
    ET.register_namespace("", NAMESPACE)
    study = protocol.study.id
    root = element(
        None,
        "ODM",
        FileType="Snapshot",
        FileOID=oid,
        CreationDateTime=made.isoformat(timespec="seconds"),
        ODMVersion="1.3.2",
        Originator="myotrial",
        SourceSystem="myotrial",
        SourceSystemVersion=version("myotrial"),
        **more,
    )
    within = element(root, "Study", OID=f"ST.{study}")
    about = element(within, "GlobalVariables")
    element(about, "StudyName").text = study
    element(about, "StudyDescription").text = f"{protocol.study.title} (records: {origin})"
    element(about, "ProtocolName").text = protocol.study.registration or study
    return root, within


def ended(root: ET.Element) -> bytes:
    """The document in UTF-8, indented."""
    ET.indent(root, " ")
    return ET.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n"


def described(within: ET.Element, words: str) -> None:
    """Put a text in English into an element."""
    text = element(within, "TranslatedText", **{f"{{{XML}}}lang": "en"})
    text.text = words


def element(within: ET.Element | None, name: str, /, **attributes: str) -> ET.Element:
    """An element of ODM, or of the namespace that its name states, inside another."""
    tag = name if name.startswith("{") else f"{{{NAMESPACE}}}{name}"
    return ET.Element(tag, attributes) if within is None else ET.SubElement(within, tag, attributes)
