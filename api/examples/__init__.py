"""Example questions for readers, one a file; the first line is the question in words."""
