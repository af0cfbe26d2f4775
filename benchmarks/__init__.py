"""Measurements side by side with the tutorials' way of doing it; `make bench` runs them all."""
