"""What every request and answer passes: who stands there, bounds, errors, bodies, OpenAPI."""
