"""Answers integer programs, one JSON object a line, with CP-SAT; see `ask` for their form.

Runs as a process of its own: OR-tools and highspy each bring a HiGHS that hides the other's.
"""

import json
import subprocess
import sys
from contextlib import contextmanager

LARGEST = 100  # of any column


@contextmanager
def started():
    """A process that answers programs; yields the function that asks it."""
    command = [sys.executable, "-W", "error", __file__]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, **pipes) as process:

        def ask(columns, rows, options=(), minimize=None):
            """The least value of a sum (0 where none is given); None where nothing fits.

            Args:
                columns: How many whole numbers from 0 to 100 there are.
                rows: (terms, low, high): low <= sum of factor times column <= high; terms are
                    (column, factor) pairs, None is no bound.
                options: Lists of lists of rows; of each list, all rows of one entry hold.
                minimize: Terms of a sum.
            """
            program = {"columns": columns, "rows": rows, "options": options, "minimize": minimize}
            process.stdin.write(json.dumps(program) + "\n")
            process.stdin.flush()
            return json.loads(process.stdout.readline())

        yield ask
        process.stdin.close()


def _answer(cp_model, program):
    model = cp_model.CpModel()
    numbers = [model.new_int_var(0, LARGEST, f"x{i}") for i in range(program["columns"])]

    for row in program["rows"]:
        _add(model, numbers, row)
    for choice in program["options"]:
        chosen = [model.new_bool_var("") for _ in choice]
        model.add_exactly_one(chosen)
        for when, rows in zip(chosen, choice, strict=True):
            for row in rows:
                _add(model, numbers, row, when)
    if program["minimize"]:
        model.minimize(sum(factor * numbers[column] for column, factor in program["minimize"]))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    status = solver.solve(model)
    if status == cp_model.INFEASIBLE:
        return None
    if status != cp_model.OPTIMAL and (program["minimize"] or status != cp_model.FEASIBLE):
        raise RuntimeError(solver.status_name(status))
    return round(solver.objective_value)


def _add(model, numbers, row, when=None):
    terms, low, high = row
    total = sum(factor * numbers[column] for column, factor in terms)
    bounds = [total >= low] if low is not None else []
    bounds += [total <= high] if high is not None else []
    for bound in bounds:
        made = model.add(bound)
        if when is not None:
            made.only_enforce_if(when)


def _main():
    from ortools.sat.python import cp_model

    for line in sys.stdin:
        print(json.dumps(_answer(cp_model, json.loads(line))), flush=True)  # noqa: T201


if __name__ == "__main__":
    _main()
