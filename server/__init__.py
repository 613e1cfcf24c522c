"""The MCP side: settings, handlers, catalogues as resources, and the command line."""
