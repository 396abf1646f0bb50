"""From analysis tables and a plan to results.

Every planned analysis is one module with a function `results`; `run` calls those that the plan
names. Tables come in as any dataframe Narwhals knows; each number comes out as one `Result`.
"""

from myotrial.analysis.running import run

__all__ = ["run"]
