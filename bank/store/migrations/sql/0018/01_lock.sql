-- Fewer statements a batch, and fewer look-ups an item: what a batch costs by itself is what small
-- batches pay.

DROP FUNCTION ledger_lock(ledger_item[], date);
CREATE FUNCTION ledger_lock(
    items ledger_item[], today date,
    OUT accounts_seen bigint[], OUT numbers text[], OUT owners uuid[], OUT statuses text[],
    OUT currencies text[], OUT booked bigint[], OUT held bigint[],
    OUT customers_seen uuid[], OUT withdrawn bigint[], OUT transferred bigint[],
    OUT fingerless bigint[],
    OUT machines_seen text[], OUT loaded bigint[], OUT paid bigint[], OUT taken bigint[],
    OUT taken_today bigint[], OUT advised boolean
) LANGUAGE plpgsql AS $$
-- Every row the items may change, locked in one order for all (accounts with lower ids first,
-- then customers, then machines), and what each has now. The limits are of today. `advised`: not
-- all items are orders.
DECLARE
    named text[];
    sessions_named bytea[];
    machines text[];
    ids bigint[];
    customers uuid[];
BEGIN
    SELECT array_agg(i.source) || array_agg(i.target), array_agg(i.session),
            array_agg(DISTINCT i.terminal)
                FILTER (WHERE i.kind IN ('authorise', 'confirm', 'reversal', 'credit')),
            bool_or(i.kind NOT IN ('authorise', 'transfer'))
        INTO named, sessions_named, machines, advised FROM unnest(items) i;
    -- An order is only ever carried out for its session's customer.
    customers := ARRAY(SELECT s.customer FROM sessions s WHERE s.id_hash = ANY (sessions_named));
    IF advised THEN
        SELECT ARRAY(SELECT a.id FROM accounts a WHERE a.number = ANY (named))
                || array_agg(h.account) || array_agg(t.cash_account),
                customers || array_agg(h.customer)
            INTO ids, customers
            FROM unnest(items) i
            CROSS JOIN LATERAL (SELECT n.cash_account FROM terminals n
                WHERE n.id = i.terminal LIMIT 1) AS t
            LEFT JOIN LATERAL (SELECT n.account, n.customer FROM holds n
                WHERE n.terminal = i.terminal AND n.uid = i.original LIMIT 1) AS h ON true
            WHERE i.kind IN ('confirm', 'reversal', 'credit');
        SELECT array_agg(l.id), array_agg(l.number), array_agg(l.customer),
                array_agg(l.status), array_agg(l.currency), array_agg(l.booked_minor),
                array_agg(l.held_minor)
            INTO accounts_seen, numbers, owners, statuses, currencies, booked, held
            FROM (SELECT * FROM accounts a WHERE a.id = ANY (ids)
                ORDER BY a.id FOR NO KEY UPDATE) AS l;
    ELSE
        SELECT array_agg(l.id), array_agg(l.number), array_agg(l.customer),
                array_agg(l.status), array_agg(l.currency), array_agg(l.booked_minor),
                array_agg(l.held_minor)
            INTO accounts_seen, numbers, owners, statuses, currencies, booked, held
            FROM (SELECT * FROM accounts a WHERE a.number = ANY (named)
                -- The sum keeps a planner that saw a small table from reading all of it by id.
                ORDER BY a.id + 0 FOR NO KEY UPDATE) AS l;
    END IF;
    SELECT array_agg(l.customer),
            array_agg(CASE WHEN l.day < today THEN 0 ELSE l.withdrawn_minor END),
            array_agg(CASE WHEN l.day < today THEN 0 ELSE l.transferred_minor END),
            array_agg(CASE WHEN l.day < today THEN 0 ELSE l.without_finger_minor END)
        INTO customers_seen, withdrawn, transferred, fingerless
        FROM (
            SELECT * FROM customer_usage u
            WHERE u.customer = ANY (customers)
            ORDER BY u.customer FOR NO KEY UPDATE
        ) AS l;
    IF machines IS NOT NULL THEN
        SELECT array_agg(l.terminal), array_agg(l.loaded_minor), array_agg(l.paid_minor),
                array_agg(l.taken_minor),
                array_agg(CASE WHEN l.day < today THEN 0 ELSE l.taken_today_minor END)
            INTO machines_seen, loaded, paid, taken, taken_today
            FROM (SELECT * FROM terminal_cash c WHERE c.terminal = ANY (machines)
                ORDER BY c.terminal FOR NO KEY UPDATE) AS l;
    END IF;
END $$;
REVOKE ALL ON FUNCTION ledger_lock(ledger_item[], date) FROM PUBLIC;
