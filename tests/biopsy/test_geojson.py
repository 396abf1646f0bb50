"""GeoJSON in QuPath's dialect."""

import json

import pytest

from myotrial.biopsy import geojson
from myotrial.biopsy.geojson import Feature
from myotrial.errors import SlideError

FEATURES = [
    Feature("detection", ((10.0, 20.5),), "Positive", {"DAB OD": 0.4}),
    Feature("annotation", ((0.0, 0.0), (8.0, 0.0), (8.0, 8.0)), "Fold"),
    Feature(
        "annotation",
        ((0.0, 0.0), (9.0, 0.0), (9.0, 9.0), (0.0, 9.0)),
        "Tissue",
        holes=(((3.0, 3.0), (4.0, 3.0), (4.0, 4.0)),),
    ),
]


def test_geojson__comes_back_as_it_went(tmp_path):
    geojson.write(tmp_path / "a.geojson", FEATURES)
    assert geojson.read(tmp_path / "a.geojson") == FEATURES


def test_dumps__writes_what_qupath_reads():
    written = json.loads(geojson.dumps(FEATURES))
    assert written["type"] == "FeatureCollection"
    point, outline, _ = written["features"]
    assert point["geometry"] == {"type": "Point", "coordinates": [10.0, 20.5]}
    assert point["properties"]["objectType"] == "detection"
    assert point["properties"]["classification"]["name"] == "Positive"
    assert len(point["properties"]["classification"]["color"]) == 3
    assert outline["geometry"]["coordinates"][0][0] == outline["geometry"]["coordinates"][0][-1]
    assert len({feature["id"] for feature in written["features"]}) == 3


def test_loads__reads_older_measurements_and_many_polygons():
    ring = [[0, 0], [1, 0], [1, 1], [0, 0]]
    text = json.dumps(
        [
            {
                "type": "Feature",
                "geometry": {"type": "MultiPolygon", "coordinates": [[ring], [ring]]},
                "properties": {
                    "object_type": "annotation",
                    "classification": {"names": ["Immune cells", "Positive"]},
                    "measurements": [{"name": "Area", "value": 2}, {"name": "None", "value": None}],
                },
            }
        ]
    )
    one, two = geojson.loads(text)
    assert one == two
    assert one.name == "Immune cells Positive"
    assert one.measurements == {"Area": 2.0}
    assert one.outline == ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0))


@pytest.mark.parametrize(
    "text",
    ["", "{", "3", '{"type": "FeatureCollection"}', '[{"geometry": {"type": "LineString"}}]'],
)
def test_loads__says_what_is_no_geojson(text):
    with pytest.raises(SlideError):
        geojson.loads(text)


def test_read__names_the_file(tmp_path):
    with pytest.raises(SlideError, match=r"nothing\.geojson cannot be read"):
        geojson.read(tmp_path / "nothing.geojson")
