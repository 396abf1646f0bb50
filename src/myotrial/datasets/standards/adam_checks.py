"""Our own checks of ADaM datasets, for which no open rules engine has any.

Each check has an id, says in words what must hold, and is passed, failed with its rows, or skipped
where the datasets that it needs are not there.

Source   ADaM Implementation Guide 1.3, chapters 2 and 3 (recalled; the rules are in our words).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import polars as pl

from myotrial.errors import some

__all__ = ["Finding", "checked"]

Frames = Mapping[str, pl.DataFrame]
NEAR = 1e-9  # relative difference of two numbers that are the same
FLAGS = ("SAFFL", "FASFL", "COMPLFL")
MARKS = ("ABLFL", "ANL01FL", "TRTEMFL")


@dataclass(frozen=True)
class Finding:
    """What one check found in one dataset.

    Attributes:
        check: Its id.
        dataset: The dataset.
        says: What must hold.
        status: "passed", "failed" or "skipped".
        found: What was found, or why it was skipped.
        rows: How many rows fail.
    """

    check: str
    dataset: str
    says: str
    status: str
    found: str = ""
    rows: int = 0


def checked(frames: Frames) -> list[Finding]:
    """Run every check on every dataset it is meant for.

    Args:
        frames: Analysis datasets by name; ADSL among them.
    """
    return [
        _finding(name, dataset, frame, frames)
        for name, (_, where, _) in CHECKS.items()
        for dataset, frame in frames.items()
        if where(dataset, frame)
    ]


def _finding(name: str, dataset: str, frame: pl.DataFrame, frames: Frames) -> Finding:
    says, _, bad = CHECKS[name]
    if not frame.height:
        return Finding(name, dataset, says, "skipped", "the dataset has no rows")
    rows = (bad(frame, frames).fill_null(value=False).arg_true() + 1).to_list()
    if not rows:
        return Finding(name, dataset, says, "passed")
    return Finding(name, dataset, says, "failed", f"rows {some(rows)}", len(rows))


def _any(_dataset: str, frame: pl.DataFrame) -> bool:
    return "USUBJID" in frame.columns


def _only(name: str) -> Callable[[str, pl.DataFrame], bool]:
    return lambda dataset, _: dataset == name


def _with(*columns: str) -> Callable[[str, pl.DataFrame], bool]:
    return lambda _, frame: {*columns} <= {*frame.columns}


def _unknown_subject(frame: pl.DataFrame, frames: Frames) -> pl.Series:
    return ~frame["USUBJID"].is_in(frames["ADSL"]["USUBJID"].to_list())


def _several_params(frame: pl.DataFrame, _frames: Frames) -> pl.Series:
    """Where a PARAMCD stands for two PARAM."""
    return frame.select(pl.col("PARAM").n_unique().over("PARAMCD") > 1).to_series()


def _not_flag(frame: pl.DataFrame, _frames: Frames) -> pl.Series:
    named = [name for name in FLAGS if name in frame.columns]
    return frame.select(
        pl.any_horizontal(~pl.col(named).is_in(["Y", "N"]) | pl.col(named).is_null())
    ).to_series()


def _not_mark(frame: pl.DataFrame, _frames: Frames) -> pl.Series:
    named = [name for name in MARKS if name in frame.columns]
    return frame.select(pl.any_horizontal(pl.col(named).fill_null("Y") != "Y")).to_series()


def _two_baselines(frame: pl.DataFrame, _frames: Frames) -> pl.Series:
    many = (pl.col("ABLFL") == "Y").sum().over("USUBJID", "PARAMCD")
    return frame.select((many > 1) & (pl.col("ABLFL") == "Y")).to_series()


def _other_base(frame: pl.DataFrame, _frames: Frames) -> pl.Series:
    """Where BASE differs from AVAL in the baseline row."""
    return _apart(frame, pl.col("BASE"), pl.col("AVAL"), pl.col("ABLFL") == "Y")


def _other_change(frame: pl.DataFrame, _frames: Frames) -> pl.Series:
    return _apart(frame, pl.col("CHG"), pl.col("AVAL") - pl.col("BASE"), pl.lit(value=True))


def _other_percent(frame: pl.DataFrame, _frames: Frames) -> pl.Series:
    made = (pl.col("AVAL") - pl.col("BASE")) / pl.col("BASE").abs() * 100
    return _apart(frame, pl.col("PCHG"), made, pl.col("BASE") != 0)


def _apart(frame: pl.DataFrame, one: pl.Expr, two: pl.Expr, where: pl.Expr) -> pl.Series:
    near = NEAR * (1 + two.abs() + pl.col("AVAL").abs())
    return frame.select(where & one.is_not_null() & ((one - two).abs() > near)).to_series()


def _event_not_in_time(frame: pl.DataFrame, _frames: Frames) -> pl.Series:
    return frame.select(~pl.col("CNSR").is_in([0, 1]) | (pl.col("AVAL") < 0)).to_series()


def _ends_before_start(frame: pl.DataFrame, _frames: Frames) -> pl.Series:
    return frame.select(pl.col("AENDY") < pl.col("ASTDY")).to_series()


Check = tuple[str, Callable[[str, pl.DataFrame], bool], Callable[[pl.DataFrame, Frames], pl.Series]]
CHECKS: Mapping[str, Check] = MappingProxyType(
    {
        "AD01": ("ADSL has one row for each subject", _only("ADSL"),
                 lambda frame, _: frame["USUBJID"].is_duplicated()),
        "AD02": ("every subject is in ADSL", _any, _unknown_subject),
        "AD03": ("population flags are Y or N", _only("ADSL"), _not_flag),
        "AD04": ("other flags are Y or empty",
                 lambda _, frame: bool({*MARKS} & {*frame.columns}), _not_mark),
        "AD05": ("each PARAMCD stands for one PARAM", _with("PARAMCD", "PARAM"), _several_params),
        "AD06": ("PARAMCD has at most 8 characters", _with("PARAMCD"),
                 lambda frame, _: frame["PARAMCD"].str.len_chars() > 8),
        "AD07": ("a subject has one baseline of each parameter", _with("ABLFL", "PARAMCD"),
                 _two_baselines),
        "AD08": ("BASE is AVAL of the baseline", _with("ABLFL", "BASE", "AVAL"), _other_base),
        "AD09": ("CHG is AVAL - BASE", _with("CHG", "BASE", "AVAL"), _other_change),
        "AD10": ("PCHG is the change in percent of BASE", _with("PCHG", "BASE", "AVAL"),
                 _other_percent),
        "AD11": ("CNSR is 0 or 1 and no time is negative", _with("CNSR", "AVAL"),
                 _event_not_in_time),
        "AD12": ("nothing ends before it starts", _with("ASTDY", "AENDY"), _ends_before_start),
    }
)  # fmt: skip
