"""Documents in: a file or a public page becomes a text with its title, publisher and date. Everything read here is untrusted."""

from crossbearing.gather.documents.places import places_of
from crossbearing.gather.documents.reading import read_document
from crossbearing.gather.documents.same import copies

__all__ = ["copies", "places_of", "read_document"]
