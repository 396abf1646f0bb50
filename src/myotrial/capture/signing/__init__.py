"""Electronic signatures: who, when, with what meaning, bound to what was signed."""
