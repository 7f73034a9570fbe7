"""What a restart finds: every transaction of the journal, and what must be decided at boot."""

from kiosk.recovery.book import Book, read_book, standing

__all__ = ["Book", "read_book", "standing"]
