"""The HTTP API and the web app: thin routers per resource, one error shape."""
