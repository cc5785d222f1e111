"""Converts many files: finds them, hands them to an engine, keeps a journal, and sums up."""
