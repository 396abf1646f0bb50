"""From analysis tables and a plan to results."""
