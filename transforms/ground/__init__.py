"""What every stage uses: days and months, units, refusals, bounds, flags, and the reference tables."""
