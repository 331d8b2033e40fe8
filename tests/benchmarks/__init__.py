"""How fast and how large: a generator of books, the same work done by hand in other tools, and what times them."""
