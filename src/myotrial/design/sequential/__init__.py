"""Group-sequential designs: their operating characteristics and sizes."""
