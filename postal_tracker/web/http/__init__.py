"""What several doors need of HTTP: who asks, in which language; bounds, errors, bodies, files."""
