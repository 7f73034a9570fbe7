-- A terminal that lost its own confirm says again, under another uid, that a hold was paid out. One
-- device command a transaction is all there ever is (MONEY.md 7), so the same sum of the same hold
-- is the same payout: nothing is booked, and the answer is the posting that there is. Another sum
-- goes to suspense and a case, as before.

CREATE FUNCTION ledger_posted_entry(of_terminal text, of_hold uuid) RETURNS bigint
LANGUAGE sql STABLE AS $$
-- The entry of the confirm that settled a hold.
    SELECT r.entry FROM hold_settlements s
    JOIN requests r ON r.terminal = s.terminal AND r.uid = s.settled_by
    WHERE s.terminal = of_terminal AND s.hold = of_hold
$$;
REVOKE ALL ON FUNCTION ledger_posted_entry(text, uuid) FROM PUBLIC;

-- Of ledger_run (0004) only the branch of confirm changes.
DO $$
DECLARE
    source text := pg_get_functiondef('ledger_run'::regproc);
    before text := $branch$                fact.currency, fact.machine_currency);
            IF reason IS NULL THEN
                outcome := 'posted';
                writing.entry_kind := 'withdrawal';$branch$;
    after text := $branch$                fact.currency, fact.machine_currency);
            IF reason = 'already_posted' AND fact.settled_minor = sum_minor
                AND fact.currency = fact.machine_currency
            THEN
                reason := NULL;
                outcome := 'posted';
                entry := ledger_posted_entry(fact.terminal, fact.original);
            ELSIF reason IS NULL THEN
                outcome := 'posted';
                writing.entry_kind := 'withdrawal';$branch$;
BEGIN
    IF length(source) - length(replace(source, before, '')) <> length(before) THEN
        RAISE EXCEPTION 'ledger_run is not the one of migration 0004';
    END IF;
    EXECUTE replace(source, before, after);
END $$;
