"""The next trial written down: its protocol, and simulated patients to rehearse it with."""
