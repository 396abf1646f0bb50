"""results.json is plain, whole, and the same for the same input."""

import json
from fractions import Fraction

import numpy as np
import polars as pl
import pytest

from myotrial.study import record


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (float("nan"), None),
        (float("inf"), None),
        (np.float64(0.1), 0.1),
        (np.int64(3), 3),
        (np.bool_(True), True),
        ((1, "a", None), [1, "a", None]),
        ({1: 2}, {"1": 2}),
        (Fraction(1, 3), "1/3"),
        ("µ", "µ"),
    ],
)
def test_dumps__writes_plain_values(value, written):
    assert json.loads(record.dumps(value)) == written


def test_dumps__keeps_numbers_unrounded_and_keys_in_order():
    assert record.dumps({"b": 0.1 + 0.2, "a": 1}) == ('{\n "b": 0.30000000000000004,\n "a": 1\n}\n')


@pytest.mark.parametrize(
    ("kinds", "origin"),
    [
        (["captured"], "captured"),
        (["captured", "reconstructed"], "reconstructed"),
        (["simulated", "captured"], "simulated"),
        ([], "captured"),
    ],
)
def test_origin_of__is_decided_by_what_was_not_captured(kinds, origin):
    frames = {f"T{n}": pl.DataFrame({"ORIGIN": [kind]}) for n, kind in enumerate(kinds)}
    assert record.origin_of(frames) == origin


def test_inputs__digest_the_files_there_are(tmp_path):
    (tmp_path / "b.yaml").write_text("")
    (tmp_path / "a.yaml").write_text("abc")
    assert record.inputs(tmp_path, ["b.yaml", "missing.yaml", "a.yaml"]) == [
        # SHA-256 of "abc" and of nothing, FIPS 180-4 and its examples
        {
            "file": "a.yaml",
            "sha256": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        },
        {
            "file": "b.yaml",
            "sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        },
    ]
