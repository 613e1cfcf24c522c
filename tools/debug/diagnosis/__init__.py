"""The first cause of what went wrong in a run: whose it is, where, which rule explains it, and the next step."""
