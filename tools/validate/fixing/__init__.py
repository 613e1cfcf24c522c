"""From findings to edits: what fits together, what it looks like, and how it gets onto the disk."""
