"""AutoGluon as a second opinion, in an environment of its own: its pins and ours exclude each other (docs/adr/0050)."""
