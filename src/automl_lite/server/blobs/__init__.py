"""The signed links of a blob store that this server serves itself."""
