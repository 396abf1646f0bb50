"""The outer shell of the server: addresses and who may open them, headers, base pages, errors."""
