"""From results to tables, figures and text; computes nothing."""
