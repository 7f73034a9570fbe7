-- Two operators approve the same sheet, each by an act of their own.

CREATE FUNCTION ledger_approved_exchange(of_terminal text, of_exchange uuid)
RETURNS exchange_approvals LANGUAGE sql STABLE AS $$
-- The sheet that two people approved last, each as the last of theirs; null if there is none.
    SELECT one FROM exchange_approvals one JOIN exchange_approvals other
        ON other.terminal = one.terminal AND other.exchange = one.exchange
        AND other.sheet = one.sheet AND other.person <> one.person
    WHERE one.terminal = of_terminal AND one.exchange = of_exchange
      AND NOT EXISTS (SELECT FROM exchange_approvals later
          WHERE later.terminal = one.terminal AND later.exchange = one.exchange
            AND later.sheet <> one.sheet
            AND (later.person = one.person AND later.approved_at > one.approved_at
                OR later.person = other.person AND later.approved_at > other.approved_at))
    ORDER BY one.approved_at DESC LIMIT 1
$$;

CREATE FUNCTION ledger_approve_exchange(
    of_terminal text, of_exchange uuid, of_act uuid, by_person uuid, of_sheet bytea,
    has_moved boolean, sum_found bigint, sum_loaded bigint, sum_different bigint
) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
-- 'waiting': kept, a second person is needed. 'done': two people approved it. 'already_closed': it
-- is being booked as another sheet has it, so that this one comes too late.
DECLARE
    approved exchange_approvals;
BEGIN
    PERFORM pg_advisory_xact_lock(
        hashtextextended('exchange/' || of_terminal || '/' || of_exchange::text, 1));
    approved := ledger_approved_exchange(of_terminal, of_exchange);
    IF approved.act IS NOT NULL AND approved.sheet <> of_sheet AND EXISTS (
        SELECT FROM exchange_bookings b
            WHERE b.terminal = of_terminal AND b.exchange = of_exchange)
    THEN
        RETURN 'already_closed';
    END IF;
    INSERT INTO exchange_approvals (terminal, exchange, act, person, sheet, moved, found_minor,
            loaded_minor, difference_minor)
        VALUES (of_terminal, of_exchange, of_act, by_person, of_sheet, has_moved, sum_found,
            sum_loaded, sum_different);
    approved := ledger_approved_exchange(of_terminal, of_exchange);
    RETURN CASE WHEN approved.sheet = of_sheet THEN 'done' ELSE 'waiting' END;
END $$;

CREATE FUNCTION ledger_machine_cash(of_terminal text)
RETURNS TABLE (
    currency text, ledger_minor bigint, loaded_minor bigint, paid_minor bigint,
    taken_minor bigint, held_minor bigint, open_cases bigint, as_of bigint
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
-- A posting is positive where the account's holder gains: cash in a machine is owed by it.
    SELECT t.currency, -a.booked_minor, c.loaded_minor, c.paid_minor, c.taken_minor,
        (SELECT coalesce(sum(h.amount_minor), 0)::bigint FROM open_holds o
            JOIN holds h ON h.terminal = o.terminal AND h.uid = o.uid
            WHERE o.terminal = of_terminal),
        (SELECT count(*) FROM cases s WHERE s.terminal = of_terminal AND s.closed_at IS NULL),
        floor(extract(epoch FROM clock_timestamp()))::bigint
    FROM terminals t JOIN accounts a ON a.id = t.cash_account
    JOIN terminal_cash c ON c.terminal = t.id
    WHERE t.id = of_terminal
$$;

REVOKE ALL ON FUNCTION
    ledger_approved_exchange(text, uuid), ledger_machine_cash(text),
    ledger_approve_exchange(text, uuid, uuid, uuid, bytea, boolean, bigint, bigint, bigint)
    FROM PUBLIC;
GRANT EXECUTE ON FUNCTION
    ledger_machine_cash(text),
    ledger_approve_exchange(text, uuid, uuid, uuid, bytea, boolean, bigint, bigint, bigint)
    TO bank_app;
