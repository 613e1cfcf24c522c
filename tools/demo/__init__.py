"""The orders API and the walk of `connector-sdk-mcp demo`."""
