"""The trial's folder and the steps that fill it, in order."""
