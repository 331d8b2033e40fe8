"""What the type checker must refuse: `make check` reads it and fails where one of its mistakes is none any more."""
