"""The uploads resource."""
