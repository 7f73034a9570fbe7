-- Only a session with the role customer moves a customer's money: an operator's or a teller's token
-- opens no account, not even the person's own.

DO $$
DECLARE
    source text := pg_get_functiondef('ledger_facts'::regproc);
    before text := 's.id_hash = i.session AND s.terminal = i.terminal';
BEGIN
    IF length(source) - length(replace(source, before, '')) <> length(before) THEN
        RAISE EXCEPTION 'ledger_facts is not the one of migration 0004';
    END IF;
    EXECUTE replace(source, before, before || ' AND ''customer'' = ANY (s.roles)');
END $$;
