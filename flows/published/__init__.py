"""What the published file answers: figures, the state of the nights, what waits for a person."""
