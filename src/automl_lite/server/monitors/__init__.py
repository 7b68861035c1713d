"""Watching deployed models: monitors, alerts, training again."""
