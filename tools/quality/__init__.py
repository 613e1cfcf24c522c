"""Whether the data that a connector wrote is what its source and its code say."""
