"""The small expression language of protocols and claims: read without `eval`, three-valued.

An expression compares named values: `age >= 18 and diagnosis in ['PM', 'DM']`. Words in quotes
are values, bare words are names. From loosest to tightest binding:

    a implies b      not a, or b            (right associative)
    a or b           a and b           not a
    == != < <= > >=  in [..]  not in [..]    (comparisons chain: 18 <= age <= 80)
    + -   * /   unary -   numbers, 'text', true, false, missing, names, [lists], (…)

Missing  a missing value (None or NaN) makes a comparison unknown, and unknown follows Kleene's
         rules: `false and unknown` is false, `true and unknown` is unknown.
         `x == missing` and `x != missing` ask for missingness itself and are never unknown.
Numbers  are exact: `0.1` is the fraction 1/10, and so is a captured float that prints as 0.1; a
         band edge typed in a protocol is that edge.
Kinds    text and numbers are not compared, text is not calculated with, and only what is true
         or false can be joined by `and`, `or`, `not` and `implies`.
"""

from myotrial.expressions.evaluation import evaluate, mask
from myotrial.expressions.grammar import Expression, Node, is_name, names, parse

__all__ = ["Expression", "Node", "evaluate", "is_name", "mask", "names", "parse"]
