"""How it is shown: documents, charts and printed numbers. Imports schemas only and never computes."""
