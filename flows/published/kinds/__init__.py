"""The kinds of documents: what each prints of the published file, and how its numbers are worked out anew."""
