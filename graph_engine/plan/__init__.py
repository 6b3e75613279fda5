"""Demand-driven order over a graph."""
