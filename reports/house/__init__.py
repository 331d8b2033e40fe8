"""What documents of every kind share: layout, words, style, and the parts that they print alike."""
