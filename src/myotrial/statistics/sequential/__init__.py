"""Group-sequential tests: bounds, spending of error, conditional power, and inference after."""
