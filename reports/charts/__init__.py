"""Charts of the documents, and the rows that they draw."""
