"""Where the buckets of a night are worked out: one after the other on this machine, or on a cluster."""
