"""Where things stand in a study's folder."""

__all__ = ["DATA", "OUT", "PROTOCOL", "PUBLISHED", "RECIPE"]

PROTOCOL = "study.yaml"
PUBLISHED = "published.yaml"
RECIPE = "reconstruction.yaml"
DATA = "data"
OUT = "out"
