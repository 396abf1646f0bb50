"""myotrial runs a clinical trial in idiopathic inflammatory myopathy from protocol to report."""

__version__ = "0.1.0"

__all__ = ["__version__"]
