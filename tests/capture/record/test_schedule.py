from datetime import date

import pytest

from myotrial.capture.record.schedule import Course, day_of, overall, pressing, target, timing
from myotrial.capture.record.statuses import STATUSES

ENROLLED = Course("enrolled", date(2026, 1, 10))


def when(forms, event, today, course=ENROLLED):
    return timing(forms.events[event], course, date.fromisoformat(today), baseline="M0")


@pytest.mark.parametrize(
    ("today", "expected"),
    [  # month 3: day 92, from day 71 to 113, which is 21 March to 2 May
        pytest.param("2026-03-20", "future", id="a day before the window"),
        pytest.param("2026-03-21", "due", id="first day of the window"),
        pytest.param("2026-05-02", "due", id="last day of the window"),
        pytest.param("2026-05-03", "overdue", id="a day after the window"),
    ],
)
def test_timing__follows_the_window(forms, today, expected):
    assert when(forms, "M3", today) == expected


def test_timing__steps_over_day_zero(forms):
    assert when(forms, "M0", "2025-12-13") == "due"  # day -28 is 28 days before day 1
    assert when(forms, "M0", "2025-12-12") == "future"
    assert day_of(ENROLLED, date(2026, 1, 9)) == -1


def test_timing__before_enrolment_asks_for_screening_and_baseline(forms):
    course = Course("screening")
    found = {event: when(forms, event, "2026-01-01", course) for event in forms.events}
    assert found == {"SCREENING": "due", "M0": "due", "M3": "future", "M6": "future",
                     "M12": "future", "WD": "none", "LOG": "none"}  # fmt: skip


def test_timing__asks_for_nothing_after_the_end(forms):
    course = Course("withdrawn", date(2026, 1, 10), date(2026, 4, 1))
    assert when(forms, "M3", "2026-12-01", course) == "overdue"  # its window had opened
    assert when(forms, "M6", "2026-12-01", course) == "skipped"


def test_target__is_the_planned_day(forms):
    assert target(forms.events["M3"], ENROLLED) == date(2026, 4, 11)
    assert target(forms.events["WD"], ENROLLED) is None


def test_overall__is_what_presses_most():
    assert overall(["complete", "overdue", "future"]) == "overdue"
    assert overall([]) == "none"


@pytest.mark.parametrize("role", ["nurse", "monitor", "data_manager"])
def test_pressing__orders_every_status_once(role):
    assert sorted(pressing(role)) == sorted(STATUSES)


def test_pressing__puts_what_a_monitor_can_do_before_what_a_site_must(forms):
    cells = ["overdue", "complete"]
    assert overall(cells, pressing("monitor")) == "complete"
    assert overall(cells, pressing("nurse")) == "overdue"
