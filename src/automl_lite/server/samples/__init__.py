"""The samples resource."""
