"""myotrial runs a clinical trial in idiopathic inflammatory myopathy from protocol to report."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from myotrial.scoring import score
    from myotrial.study.explained import explain

__version__ = "0.1.0"

__all__ = ["__version__", "explain", "score"]


def __getattr__(name: str) -> Any:
    """Load `score` and `explain` when they are first asked for."""
    if name == "explain":
        from myotrial.study.explained import explain

        return explain
    if name == "score":
        from myotrial.scoring import score

        return score
    raise AttributeError(f"module 'myotrial' has no attribute {name!r}")
