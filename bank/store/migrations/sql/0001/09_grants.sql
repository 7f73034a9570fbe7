-- The application's role reads, and writes money only through the functions named here. Nobody
-- but the owner can insert, change or delete what the ledger keeps, and no trigger lets the owner
-- change an entry by mistake.

CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON entries
    FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON postings
    FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON requests
    FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON signed_requests
    FOR EACH ROW EXECUTE FUNCTION append_only();

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO bank_app;
GRANT SELECT ON alembic_version TO bank_app;
GRANT SELECT ON business_day, terminals, terminal_certificates, terminal_cash, chain_links, alarms,
    accounts, customer_usage, requests, signed_requests, tombstones, entries, postings, holds,
    hold_settlements, cases TO bank_app;
GRANT EXECUTE ON FUNCTION
    ledger_day(text), ledger_open_months(date, integer), ledger_decide(jsonb, jsonb),
    ledger_replay(text, uuid, bytea), ledger_close_account(text),
    ledger_open_account(text, uuid, text, text, bigint, text),
    ledger_unknown_hold(text, uuid), ledger_gaps(interval), ledger_raise_alarms() TO bank_app;
