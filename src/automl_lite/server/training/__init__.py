"""The training resource."""
