"""Everything that knows Fivetran connectors; callable without MCP."""
