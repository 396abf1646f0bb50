"""What a fact promises to the page that lists it."""

import pytest

from myotrial.errors import MyotrialError
from myotrial.facts import STATUSES, Fact


@pytest.mark.parametrize("status", STATUSES)
def test_fact__takes_each_status(status):
    assert Fact("limit", 3.3, "ukat/L", "a paper", status).status == status


def test_fact__rejects_a_status_that_says_nothing():
    with pytest.raises(MyotrialError, match="status must be one of verified"):
        Fact("limit", 3.3, "ukat/L", "a paper", "sure")
