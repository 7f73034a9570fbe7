-- Only ledger_seal calls it, under a search path of its own: setting it once an entry costs more
-- than the entry's hash.
ALTER FUNCTION ledger_canonical(entries) RESET search_path;
