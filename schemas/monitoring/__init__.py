"""What each method's formula needs for one project and month; null where it is not there."""
