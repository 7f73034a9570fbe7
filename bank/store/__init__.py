"""Where the bank's facts are kept: the database, its schema and the PostgreSQL beneath it."""
