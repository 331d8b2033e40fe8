"""From a delivered file's text to contract rows: each row accepted, or refused with a reason."""
