"""What commands answer from the published file, or from all that was landed."""
