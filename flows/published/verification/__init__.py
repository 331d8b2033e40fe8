"""The working paper of a verification: a sample by risk, cells for what was found, and what that comes to."""
