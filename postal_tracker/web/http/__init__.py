"""What several doors need of HTTP: who asks and in which language, bounds, errors, bodies, files."""
