"""Forms as data: what the protocol asks for, entry by entry."""
