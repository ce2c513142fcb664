"""The index: passages of entries, runbooks and documents, searched lexically and by meaning."""
