"""What a project is, as stated: capacity, place, technology, items, forest; and what bounds its readings."""
