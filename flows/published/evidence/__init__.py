"""The auditor's pack: documents, leaves, formulas, and a program that works every printed figure out again."""
