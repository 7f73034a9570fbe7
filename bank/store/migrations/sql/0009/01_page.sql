-- A page of a statement, with one plan for a connection's whole life: planning the join over every
-- month's partitions anew takes longer than reading the page.

CREATE FUNCTION ledger_page(of_account bigint, before bigint, most integer) RETURNS TABLE (
    entry bigint, booked_s bigint, day date, kind text, text text, terminal text,
    amount_minor bigint, balance_minor bigint, reference text, other_customer uuid,
    other_number text
)
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_hashjoin = off
SET enable_mergejoin = off SET jit = off
AS $$
BEGIN
    RETURN QUERY
        SELECT p.entry, floor(extract(epoch FROM e.booked_at))::bigint, e.day, e.kind, e.text,
            e.terminal, p.amount_minor, p.balance_minor, r.reference, o.customer, o.number
        FROM (
            SELECT * FROM postings n WHERE n.account = of_account AND n.entry < before
            ORDER BY n.entry DESC LIMIT most
        ) AS p
        JOIN entries e ON e.id = p.entry AND e.day = p.day
        JOIN postings q ON q.entry = p.entry AND q.day = p.day AND q.account <> p.account
        JOIN accounts o ON o.id = q.account
        LEFT JOIN requests r ON r.terminal = e.terminal AND r.uid = e.uid
        ORDER BY p.entry DESC;
END $$;
REVOKE ALL ON FUNCTION ledger_page(bigint, bigint, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger_page(bigint, bigint, integer) TO bank_app;
