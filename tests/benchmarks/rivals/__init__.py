"""The same work by hand, in the forms against which the program is measured."""
