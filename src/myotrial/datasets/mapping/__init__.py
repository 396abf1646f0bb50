"""Tables of others, under any names, mapped to the captured tables of a study."""
