"""Every unit that a marker can have, through the command, on sections drawn here."""

import csv
import json
import shutil

import cv2
import numpy as np
import pytest
import yaml
from click.testing import CliRunner

from myotrial.cli.commands import cli

from .test_biopsies import ROOT, _sections

SIDE = 1400
FIBRE, STEP = 240, 300  # pixels at 0.25 µm
UNITS = {
    "CD3": "cells/mm2",
    "CD8": "% of cells",
    "CD4": "H-score",
    "CD20": "infiltrates/mm2",
    "CD163": "nuclei/mm2",
    "MHC1": "% of fibres",
    "MHCG": "grade",
    "IL1A": "% of positive in capillaries",
    "CAP": "capillaries/mm2",
    "CAPF": "capillaries/fibre",
    "IL1B": "mean OD",
    "AREA": "% area",
    "INFA": "% area of infiltrates",
    "JDM": "points (JDM inflammation)",
    "CD68": "cells/mm2",
}


def muscle(made, *, cells=(), stained=0, rings=0):
    """Sixteen fibres in rows; some with stained edges, capillaries in the gaps.

    With positive cells the first fibre is left out, so that a group of them lies in the perimysium.
    """
    blue, brown = np.zeros((SIDE, SIDE)), np.zeros((SIDE, SIDE))
    blue[60:-60, 60:-60] = 0.03
    brown[60:-60, 60:-60] = 0.03
    places = [(x, y) for y in range(100, 1200, STEP) for x in range(100, 1200, STEP)]
    for number, (x, y) in enumerate(places):
        if cells and not number:
            continue
        blue[y : y + FIBRE, x : x + FIBRE] = 0.055
        if number < stained:
            cv2.rectangle(brown, (x, y), (x + FIBRE - 1, y + FIBRE - 1), 0.4, 8)
        if number < rings:
            cv2.circle(brown, (x + 270, y + 270), 10, 0.5, 4)
    for x, y in cells:
        made.disc(blue, x, y, 11, 0.55)
        made.disc(brown, x, y, 16, 0.6, inner=8)
    density = np.multiply.outer(blue, made._unit("haematoxylin"))
    density += np.multiply.outer(brown, made._unit("DAB"))
    density += np.random.default_rng(1).normal(0, 0.008, density.shape)
    return np.rint(np.clip(made.WHITE * 10**-density, 0, 255)).astype(np.uint8)


GROUP = [(170 + 44 * column, 170 + 44 * row) for row in range(3) for column in range(4)]
LONE = [(820, 160), (820, 760), (460, 820), (1120, 1120)]  # one in a fibre each


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """A study whose command has run once."""
    folder = tmp_path_factory.mktemp("units")
    made = _sections()
    plan = yaml.safe_load((ROOT / "studies/anakinra-2009/study.yaml").read_text())
    plan["biopsy"]["markers"] = [
        {"id": name, "label": name, "unit": unit} for name, unit in UNITS.items()
    ]
    plan["biopsy"]["markers"].append({"id": "IL1RA", "label": "IL-1Ra", "presence": True})
    plan["biopsy"]["exclude"] = ["pen", "necrosis"]
    plan["biopsy"]["operating"] = 0.2
    (folder / "study.yaml").write_text(yaml.safe_dump(plan, sort_keys=False))
    (folder / "biopsies" / "vessels").mkdir(parents=True)
    drawn = {
        "cells": muscle(made, cells=[*GROUP, *LONE]),
        "fibres": muscle(made, stained=4, rings=3),
        "all": muscle(made, stained=16),
    }
    of_cells = ("CD3", "CD8", "CD4", "CD20", "CD163", "INFA", "CD68")
    rows = ["USUBJID,BXTIME,BXDY,MARKER,CHROMOGEN,SCANNER,FILE,CONTROL"]
    for name in (*UNITS, "IL1RA"):
        if name != "JDM":
            source = drawn["all" if name == "IL1RA" else "cells" if name in of_cells else "fibres"]
            made.write_slide(folder / "biopsies" / f"{name}.tif", source, levels=2)
            rows.append(f"A-01,BASELINE,1,{name},DAB,S,{name}.tif,")
            empty = '{"type": "FeatureCollection", "features": []}'
            (folder / "biopsies" / "vessels" / f"{name}.tif.geojson").write_text(empty)
    made.write_slide(folder / "biopsies" / "neg.tif", muscle(made))
    rows.append(",,,,DAB,S,neg.tif,Y")
    (folder / "biopsies" / "manifest.csv").write_text("\n".join(rows) + "\n")
    done = CliRunner().invoke(cli, ["biopsy", str(folder), "--json"])
    assert done.exit_code == 0, done.output
    return folder


@pytest.fixture(scope="module")
def values(study):
    with (study / "data" / "biopsies.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert all(row["BXU"] == UNITS.get(row["MARKER"], "") for row in rows)
    return {row["MARKER"]: row["BXRES"] or row["BXPRES"] for row in rows}


TISSUE = ((SIDE - 120) * 0.25 / 1000) ** 2


@pytest.mark.parametrize(
    ("marker", "expected", "within"),
    [
        ("CD3", 16 / TISSUE, 0.07),
        ("CD163", 16 / TISSUE, 0.07),
        ("CD8", 100, 0.01),
        ("CD20", 1 / TISSUE, 0.05),
        ("MHC1", 100 * 4 / 16, 0.01),
        ("MHCG", 2, 0.0),
        ("CAPF", 3 / 16, 0.01),
        ("CAP", 3 / TISSUE, 0.05),
    ],
)
def test_biopsy__unit_is_as_drawn(values, marker, expected, within):
    assert float(values[marker]) == pytest.approx(expected, rel=within)


def test_biopsy__units_without_a_closed_form_are_told(values):
    assert 100 <= float(values["CD4"]) <= 300  # rings of 0.6 above the floor, in and around nuclei
    assert 0 < float(values["IL1A"]) < 50  # rings beside stained edges of four fibres
    assert 0 < float(values["IL1B"]) < 0.1
    assert 1 < float(values["AREA"]) < 10
    group = (3 * 44 * 0.25) * (2 * 44 * 0.25) / 1e6  # square millimetres between the outer centres
    assert float(values["INFA"]) > 100 * group / TISSUE
    assert values["IL1RA"] == "Y"


def test_biopsy__juvenile_domain_is_the_sum_of_its_items(study, values):
    """On CD3 and on CD68: a cluster of twelve in the perimysium, four cells among the fibres."""
    assert values["JDM"] == "4"
    record = json.loads((study / "biopsies" / "measured" / "record.json").read_text())
    found = record["batches"]["DAB"]["slides"]["CD3.tif"]["inflammation"]
    assert found == {"endomysial": 1, "perimysial": 1, "perivascular": 0}


def test_biopsy__juvenile_domain_needs_vessels(study, tmp_path):
    """Without marks it is missing with bounds; around a marked vessel its cells count there."""
    place = tmp_path / "again"
    shutil.copytree(study, place)
    rows = (place / "biopsies" / "manifest.csv").read_text().splitlines()
    kept = [row for row in rows if row.split(",")[3] in ("MARKER", "CD3", "CD68", "")]
    (place / "biopsies" / "manifest.csv").write_text("\n".join(kept) + "\n")
    (place / "biopsies" / "vessels" / "CD68.tif.geojson").unlink()
    ring = [[160, 160], [320, 160], [320, 280], [160, 280], [160, 160]]
    vessel = {
        "type": "Feature",
        "geometry": {"type": "Polygon", "coordinates": [ring]},
        "properties": {"objectType": "annotation"},
    }
    (place / "biopsies" / "vessels" / "CD3.tif.geojson").write_text(
        json.dumps({"type": "FeatureCollection", "features": [vessel]})
    )
    done = CliRunner().invoke(cli, ["biopsy", str(place)])
    assert done.exit_code == 0, done.output
    assert "JDM, BASELINE: between 4 and 6 points" in done.output
    assert "perivascular CD68 cannot be told" in done.output
    assert "JDM" not in (place / "data" / "biopsies.csv").read_text()
    record = json.loads((place / "biopsies" / "measured" / "record.json").read_text())
    slides = record["batches"]["DAB"]["slides"]
    inside = {"endomysial": 1, "perimysial": 0, "perivascular": 1}
    assert slides["CD3.tif"]["inflammation"] == inside


def test_biopsy__operating_point_and_exclusions_are_those_of_the_plan(study):
    record = json.loads((study / "biopsies" / "measured" / "record.json").read_text())
    settings = record["batches"]["DAB"]["slides"]["AREA.tif"]["record"]["settings"]
    assert (settings["operating"], settings["exclude"]) == (0.2, ["pen", "necrosis"])


def test_biopsy__a_slide_of_the_domain_itself_is_refused(study, tmp_path):
    place = tmp_path / "again"
    shutil.copytree(study, place)
    with (place / "biopsies" / "manifest.csv").open("a") as file:
        file.write("A-01,BASELINE,1,JDM,DAB,S,more.tif,\n")
    done = CliRunner().invoke(cli, ["biopsy", str(place)])
    assert done.exit_code != 0
    assert "the slides of CD3 and CD68, from which it is told" in done.output
