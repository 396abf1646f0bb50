"""From a request to a page, a subject a module."""
