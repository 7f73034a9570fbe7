"""``enrol``: a terminal gets its first certificate, or the next one after it was left to end."""
