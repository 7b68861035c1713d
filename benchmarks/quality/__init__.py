"""Our engine beside its peers: any subset of data sets × systems × budgets × seeds, and what came of it in tables."""
