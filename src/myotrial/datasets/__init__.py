"""From captured tables to analysis datasets, every value traceable to its rows and rule."""
