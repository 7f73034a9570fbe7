-- Doors beside the money statement: a stored answer, opening and closing, terminals, gaps.

CREATE FUNCTION ledger_replay(of_terminal text, of_uid uuid, hash bytea)
RETURNS TABLE (status text, answer requests)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
-- The stored answer, if there is one; like ledger_decide it waits until it is safe to say.
DECLARE
    was requests;
BEGIN
    SELECT * INTO was FROM requests r WHERE r.terminal = of_terminal AND r.uid = of_uid;
    IF was.uid IS NULL THEN
        RETURN;
    ELSIF was.body_hash <> hash THEN
        RETURN QUERY SELECT 'other_body', NULL::requests;
    ELSE
        PERFORM pg_logical_emit_message(true, 'replay', of_uid::text);
        RETURN QUERY SELECT 'replayed', was;
    END IF;
END $$;

CREATE FUNCTION ledger_open_account(
    new_number text, whose uuid, in_currency text, called text, credit_minor bigint, time_zone text
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
-- Opens an account; an opening credit comes from demo funding. A taken number is unique_violation.
DECLARE
    today date := ledger_day(time_zone);
    made bigint;
BEGIN
    INSERT INTO customer_usage (customer, day) VALUES (whose, today) ON CONFLICT DO NOTHING;
    INSERT INTO accounts (number, kind, customer, currency, name)
        VALUES (new_number, 'customer', whose, in_currency, called) RETURNING id INTO made;
    IF credit_minor > 0 THEN
        PERFORM ledger_book(today, 'opening_credit', '', NULL, NULL,
            ledger_internal('demo_funding', in_currency), made, credit_minor);
    END IF;
    RETURN made;
END $$;

CREATE FUNCTION ledger_close_account(of_number text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
-- done, unknown, already_closed, has_money or has_holds.
DECLARE
    found_account accounts;
BEGIN
    SELECT * INTO found_account FROM accounts
        WHERE number = of_number AND kind = 'customer' FOR NO KEY UPDATE;
    IF found_account.id IS NULL THEN
        RETURN 'unknown';
    ELSIF found_account.status = 'closed' THEN
        RETURN 'already_closed';
    ELSIF found_account.held_minor <> 0 THEN
        RETURN 'has_holds';
    ELSIF found_account.booked_minor <> 0 THEN
        RETURN 'has_money';
    END IF;
    UPDATE accounts SET status = 'closed', closed_at = clock_timestamp()
        WHERE id = found_account.id;
    RETURN 'done';
END $$;

CREATE FUNCTION ledger_register_terminal(
    of_id text, of_kind text, in_currency text, loaded bigint
) RETURNS void LANGUAGE plpgsql AS $$
-- A terminal and its cash account, once; the owner's, not the application's.
DECLARE
    made bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('register/' || of_id, 1));
    PERFORM 1 FROM terminals WHERE id = of_id;
    IF FOUND THEN
        RETURN;
    END IF;
    INSERT INTO accounts (kind, currency, name) VALUES ('cash', in_currency, of_id)
        RETURNING id INTO made;
    INSERT INTO terminals (id, kind, currency, cash_account)
        VALUES (of_id, of_kind, in_currency, made);
    INSERT INTO terminal_cash (terminal, loaded_minor, day) VALUES (of_id, loaded, current_date);
END $$;

CREATE FUNCTION ledger_unknown_hold(of_terminal text, of_hold uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
-- An open hold that its terminal does not know becomes a case, once.
BEGIN
    INSERT INTO cases (kind, terminal, uid, original, amount_minor, currency, reason)
        SELECT 'unknown_hold', h.terminal, h.uid, h.uid, h.amount_minor, a.currency, NULL
        FROM holds h JOIN accounts a ON a.id = h.account
        WHERE h.terminal = of_terminal AND h.uid = of_hold
        ON CONFLICT DO NOTHING;
END $$;

CREATE FUNCTION ledger_gaps(older_than interval)
RETURNS TABLE (terminal text, chain uuid, first_missing bigint, last_missing bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
-- Places of terminals' chains that were left out when a later one arrived, that long ago.
    SELECT l.terminal, l.chain, l.before + 1, l.seq - 1
    FROM (
        SELECT k.terminal, k.chain, k.seq, k.received_at,
               coalesce(lag(k.seq) OVER (PARTITION BY k.terminal, k.chain ORDER BY k.seq), -1)
                   AS before
        FROM chain_links k
    ) AS l
    WHERE l.seq > l.before + 1 AND l.received_at < clock_timestamp() - older_than
$$;

CREATE FUNCTION ledger_raise_alarms() RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
-- What time alone makes alarming: gaps after 24 h, holds after 15 min. Returns how many are new.
DECLARE
    gaps integer;
    old_holds integer;
BEGIN
    INSERT INTO alarms (kind, terminal, subject, detail)
        SELECT 'gap', g.terminal, g.chain || '/' || g.first_missing,
               g.first_missing || ' to ' || g.last_missing
        FROM ledger_gaps(interval '24 h') g ON CONFLICT DO NOTHING;
    GET DIAGNOSTICS gaps = ROW_COUNT;
    INSERT INTO alarms (kind, terminal, subject, detail)
        SELECT 'old_hold', h.terminal, h.uid::text, h.amount_minor::text
        FROM holds h LEFT JOIN hold_settlements s ON s.terminal = h.terminal AND s.hold = h.uid
        WHERE s.hold IS NULL AND h.made_at < clock_timestamp() - interval '15 min'
        ON CONFLICT DO NOTHING;
    GET DIAGNOSTICS old_holds = ROW_COUNT;
    RETURN gaps + old_holds;
END $$;
