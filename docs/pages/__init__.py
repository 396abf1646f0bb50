"""The pages that are made from the code: each function here gives one page's text."""
