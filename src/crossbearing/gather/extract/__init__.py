"""Rules that read a document: the reading step of `xb read`, and `xb extract`."""

from crossbearing.gather.extract.document import Document
from crossbearing.gather.extract.proposal import Candidate, Proposal
from crossbearing.gather.extract.reader import extract, make_ready

__all__ = ["Candidate", "Document", "Proposal", "extract", "make_ready"]
