"""Writers: each module turns a Document into the bytes of one format and touches no disk."""
