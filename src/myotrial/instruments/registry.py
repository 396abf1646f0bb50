"""All instruments by id."""

from types import MappingProxyType

from myotrial.documents import nearest
from myotrial.errors import MyotrialError
from myotrial.instruments import (
    activities_profile,
    aldolase,
    alt,
    ast,
    cdasi,
    chaq,
    chq_phs,
    ck,
    cmas,
    das,
    extramuscular_global,
    fi2,
    fi3,
    functional_index,
    haq_di,
    ibmfrs,
    ldh,
    mdi,
    mitax,
    mmt8,
    mmt26,
    myoact,
    patient_global,
    physician_global,
    rand36,
)
from myotrial.instruments.instrument import Instrument

__all__ = ["ALL", "get"]

MODULES = (
    physician_global,
    patient_global,
    extramuscular_global,
    mmt8,
    mmt26,
    haq_di,
    chaq,
    ck,
    aldolase,
    ldh,
    ast,
    alt,
    myoact,
    mitax,
    cmas,
    das,
    chq_phs,
    functional_index,
    fi2,
    fi3,
    activities_profile,
    mdi,
    cdasi,
    ibmfrs,
    rand36,
)
ALL = MappingProxyType({item.id: item for module in MODULES for item in module.INSTRUMENTS})


def get(name: str) -> Instrument:
    """The instrument of that id, in any case of its letters.

    Raises:
        MyotrialError: There is none; the message names the nearest.

    >>> get("mmt8").range(unit="points", variant="both sides")
    (0.0, 150.0)
    """
    called = name if name in ALL else name.lower()
    if called not in ALL:
        raise MyotrialError(f"No instrument is called {name!r}.\nHint: {nearest(name, ALL)}")
    return ALL[called]
