"""Closed lists of the words that columns are made of, each once; light, for the command line offers some of them."""
