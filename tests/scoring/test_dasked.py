"""A dataframe of Dask is scored as one of pandas, partition by partition."""

import warnings

import pandas as pd
import pytest
from dask import dataframe

import myotrial
from myotrial.errors import MyotrialError

STATED = {"baseline": "M0", "variants": {"MMT8": "one side"}, "criteria": ["doi", "fi20"]}
VISITS = pd.DataFrame(
    {
        "USUBJID": [f" S-{number % 40}" for number in range(200)],
        "VISIT": [f"M{number // 40}" for number in range(200)],
        "MMT8": [None if number % 13 == 0 else (7 * number) % 83 for number in range(200)],
        "FI": [(5 * number) % 65 for number in range(200)],
    }
)


@pytest.fixture(autouse=True)
def _threads():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        yield


def plain(table):
    """Cells as texts, rows in order."""
    return table.sort_values(["USUBJID", "VISIT"]).astype(object).astype(str).to_csv(index=False)


@pytest.mark.parametrize("partitions", [1, 6])
def test_score__of_dask_is_that_of_pandas_to_the_byte(partitions):
    scores, report = myotrial.score(dataframe.from_pandas(VISITS, npartitions=partitions), **STATED)
    expected, told = myotrial.score(VISITS, **STATED)
    assert isinstance(scores, dataframe.DataFrame)
    assert plain(scores.compute()) == plain(expected)
    assert report == told
    assert report.problems


def test_score__of_dask_takes_long_tables():
    long = VISITS.melt(["USUBJID", "VISIT"], var_name="PARAMCD", value_name="AVAL")
    scores, _ = myotrial.score(dataframe.from_pandas(long, npartitions=5), **STATED)
    expected, _ = myotrial.score(long, **STATED)
    assert plain(scores.compute()) == plain(expected)


def test_score__of_dask_refuses_as_others_do():
    with pytest.raises(MyotrialError, match="No row has the baseline visit 'M9'"):
        myotrial.score(dataframe.from_pandas(VISITS, npartitions=2), **STATED | {"baseline": "M9"})
