"""All landed files -> one book."""
