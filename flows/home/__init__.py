"""Where things lie, who may read them, and how they are named."""
