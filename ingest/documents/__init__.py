"""The user's own documents: read, split along their headings, with language and versions."""
