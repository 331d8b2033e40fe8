"""The yearly statement after PCAF and ICMA: what it prints, in two languages."""
