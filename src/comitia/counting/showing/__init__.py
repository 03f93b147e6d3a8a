"""The count sheet for people: one self-contained page, and a PDF for the notice board."""

from comitia.counting.showing.page import sheet_page
from comitia.counting.showing.pdf import sheet_pdf

__all__ = ["sheet_page", "sheet_pdf"]
