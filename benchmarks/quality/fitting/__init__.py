"""What runs inside a system's own environment: one module a system, and nothing of the product except in ``ours``."""
