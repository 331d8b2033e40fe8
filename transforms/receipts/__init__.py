"""What a printed number is made of, worked out anew from the rows that were delivered; no other stage is asked."""
