"""What the published file answers: figures, documents, the state of the nights."""
