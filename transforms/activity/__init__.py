"""Readings -> complete months -> each project's months with baseline, project and leakage emissions."""
