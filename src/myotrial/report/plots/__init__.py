"""The drawings of a report, each a function from the results to an SVG, or to nothing."""
