"""The datasets resource."""
