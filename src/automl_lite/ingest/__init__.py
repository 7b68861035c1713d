"""Placeholder sentence; its owner replaces it."""
