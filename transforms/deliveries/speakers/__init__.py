"""Who sent a row, and what that sender may state."""
