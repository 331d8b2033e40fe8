"""The whole computation: what all marts share is prepared once, then every mart and flag of a book."""
