"""Everything that can be read under csdk://, and a search over it."""
