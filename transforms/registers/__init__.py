"""Green finance around the loans: money, rights and stocks, and no tonnes."""
