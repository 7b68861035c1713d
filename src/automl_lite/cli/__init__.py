"""The command ``automl-lite``: one module per command, heavy imports inside the commands."""
