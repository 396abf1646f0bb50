"""From published summaries to every patient-level table that fits, or the claims that clash."""
