"""What the documents print of the published file, and the record of every edition of them."""
