"""Names that entries cite, and where each is listed."""
