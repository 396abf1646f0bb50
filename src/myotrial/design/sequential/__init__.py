"""Group-sequential designs: boundaries, their operating characteristics, and inference after."""
