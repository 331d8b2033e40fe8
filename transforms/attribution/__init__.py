"""Whose tonnes: each lender's share of a project, on each basis and under each rule."""
