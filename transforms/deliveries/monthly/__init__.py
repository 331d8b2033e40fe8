"""Tables whose columns are months -> a row a reading."""
