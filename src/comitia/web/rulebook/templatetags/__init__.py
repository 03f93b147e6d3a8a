"""Parts of this room's pages."""
