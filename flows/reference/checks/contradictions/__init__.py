"""What the reference tables say twice, or against each other, or against what the program computes."""
