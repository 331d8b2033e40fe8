"""Every printed number by its code, and unfolded down to what was delivered (ADR 45)."""
