"""Registers and counties around the loans: what they deliver, and the marts that are made of it; no tonnes."""
