"""Metadata in Amazon DynamoDB."""
