"""The predict resource."""
