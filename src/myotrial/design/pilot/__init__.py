"""What the pilot says: its counts by estimand, and what they make of the response rate."""
