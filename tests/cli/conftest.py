"""A small captured study, and commands called in this process."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from myotrial import study
from myotrial.cli.commands import cli

SUBJECTS = """\
STUDYID,USUBJID,ARM,SEX,AGE,DIAG,DISDUR,INFECT
MY-STUDY,A-01,TREATED,F,51,PM,3.5,N
MY-STUDY,A-02,TREATED,M,62,DM,8,N
MY-STUDY,A-03,TREATED,F,45,IBM,12,N
MY-STUDY,A-04,TREATED,M,70,PM,2,N
"""
VISITS = """\
USUBJID,VISIT,VISITDY,PHGA,PTGA,MMT8,HAQDI,CK,MYOACT
A-01,M0,1,50,60,60,1.5,400,0.3
A-01,M3,92,30,40,72,1.0,250,0.2
A-01,M6,185,25,35,75,0.875,200,0.1
A-02,M0,1,40,50,55,1.25,900,0.2
A-02,M3,90,42,50,54,1.25,880,0.2
A-02,M6,184,45,52,54,1.375,910,0.2
A-03,M0,1,60,60,48,2,300,0.1
A-03,M3,95,60,58,48,2,310,0.1
A-03,WD,130,80,85,40,2.5,420,0.3
A-04,M0,1,35,30,66,0.75,1500,0
A-04,M3,92,30,30,68,0.75,,0
A-04,M6,188,20,20,74,0.5,700,0
"""
DISPOSITION = """\
USUBJID,DSDECOD,DSREAS,DSSTDY
A-01,COMPLETED,,185
A-02,COMPLETED,,184
A-03,WITHDRAWN,Lack of efficacy,130
A-04,COMPLETED,,188
"""
EXPOSURE = """\
USUBJID,EXTRT,EXDOSE,EXDOSU,EXSTDY,EXENDY,EXPLAN,EXTAKEN
A-01,treatment,10,mg,1,184,184,180
A-02,treatment,10,mg,1,184,184,184
A-03,treatment,10,mg,1,130,130,121
A-04,treatment,10,mg,1,184,184,183
"""
CONCOMITANT = """\
USUBJID,CMTRT,CMCLAS,CMDOSE,CMDOSU,CMDOSFRQ,CMSTDY,CMENDY
A-01,prednisolone,glucocorticoid,10,mg,QD,-60,
A-02,prednisolone,glucocorticoid,15,mg,QD,-90,100
A-02,prednisolone,glucocorticoid,20,mg,QD,101,
A-03,methotrexate,methotrexate,15,mg,QW,-200,
"""
ADVERSE_EVENTS = """\
USUBJID,AETERM,AESEV,AEREL,AEACN,AESTDY,AEENDY
A-02,Headache,MILD,Y,DOSE NOT CHANGED,12,13
"""
TABLES = {
    "subjects": SUBJECTS,
    "visits": VISITS,
    "disposition": DISPOSITION,
    "exposure": EXPOSURE,
    "concomitant": CONCOMITANT,
    "adverse_events": ADVERSE_EVENTS,
}


@pytest.fixture
def run():
    """Call a command in this process."""
    return lambda *arguments: CliRunner().invoke(cli, [str(item) for item in arguments])


@pytest.fixture(scope="session")
def capture() -> Callable[[Path], Path]:
    """Starts a study from the template in a folder, and enters four patients."""

    def captured(folder: Path) -> Path:
        study.init(folder)
        for name, text in TABLES.items():
            (folder / "data" / f"{name}.csv").write_text(text)
        return folder

    return captured


@pytest.fixture
def captured(tmp_path, capture) -> Path:
    """A study from the template with four patients."""
    return capture(tmp_path / "study")
