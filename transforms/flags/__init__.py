"""What a reader must know before using a figure: one sentence a fact, by code and subject. book.py names them all."""
