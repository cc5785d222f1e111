"""Readers: each module turns the bytes of one format into a Document, with everything the file shows or hides."""
