"""Use cases over the ports, one module a resource; they know neither HTTP nor any adapter."""
