"""What /openapi.json says beyond what the routes say themselves.

document   puts it together, once
fields     a description for each field, from the sentence below it in its class
glossary   what a field means by its name, where no such sentence stands
examples   a request and its answer for each operation, recorded from the service itself
"""

from postal_tracker.web.http.openapi.document import described, install

__all__ = ["described", "install"]
