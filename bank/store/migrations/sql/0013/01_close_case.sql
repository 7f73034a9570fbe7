-- Closing a case waits for a batch of movements, and never each for the other.
CREATE OR REPLACE FUNCTION ledger_close_case(
    of_case text, of_act uuid, by_person uuid, verdict_found text, sum_minor bigint, of_account text,
    why text, time_zone text
) RETURNS TABLE (outcome text, entry bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
-- 'waiting': kept, a second person is needed. 'closed': two people found the same. Anything else
-- says why it cannot be, and keeps nothing.
DECLARE
    the_case cases;
    hold holds;
    machine bigint;
    other bigint;
    customer accounts;
    today date := ledger_day(time_zone);
BEGIN
    SELECT * INTO the_case FROM cases c WHERE c.number = of_case FOR NO KEY UPDATE;
    IF the_case.number IS NULL THEN
        RETURN QUERY SELECT 'unknown', NULL::bigint;
        RETURN;
    ELSIF the_case.closed_at IS NOT NULL THEN
        RETURN QUERY SELECT 'already_closed', the_case.closed_entry;
        RETURN;
    END IF;
    SELECT t.cash_account INTO STRICT machine FROM terminals t WHERE t.id = the_case.terminal;
    SELECT h.* INTO hold FROM holds h
        LEFT JOIN hold_settlements s ON s.terminal = h.terminal AND s.hold = h.uid
        WHERE h.terminal = the_case.terminal
          AND h.uid = coalesce(the_case.original, the_case.uid) AND s.hold IS NULL;

    -- As every decision takes them: accounts by id, then the customer, then the machine.
    PERFORM 1 FROM accounts a
        WHERE a.id IN (hold.account, machine) OR a.number = of_account
        ORDER BY a.id FOR NO KEY UPDATE;
    PERFORM 1 FROM customer_usage u WHERE u.customer = hold.customer FOR NO KEY UPDATE;
    PERFORM 1 FROM terminal_cash c WHERE c.terminal = the_case.terminal FOR NO KEY UPDATE;
    IF hold.uid IS NOT NULL AND EXISTS (SELECT FROM hold_settlements s
        WHERE s.terminal = hold.terminal AND s.hold = hold.uid)
    THEN
        -- The machine settled it while we waited for the locks: look at the case anew.
        RETURN QUERY SELECT 'changed', NULL::bigint;
        RETURN;
    END IF;
    IF hold.uid IS NOT NULL THEN
        IF verdict_found = 'credit' OR of_account IS NOT NULL THEN
            RETURN QUERY SELECT 'hold_open', NULL::bigint;
            RETURN;
        ELSIF sum_minor > hold.amount_minor THEN
            RETURN QUERY SELECT 'more_than_held', NULL::bigint;
            RETURN;
        END IF;
    ELSIF verdict_found <> 'nothing' THEN
        SELECT * INTO customer FROM accounts a
            WHERE a.number = of_account AND a.kind = 'customer' AND a.status = 'open'
              AND a.currency = the_case.currency;
        IF customer.id IS NULL THEN
            RETURN QUERY SELECT 'account_unknown', NULL::bigint;
            RETURN;
        ELSIF verdict_found = 'charge' AND customer.booked_minor - customer.held_minor < sum_minor THEN
            RETURN QUERY SELECT 'insufficient_funds', NULL::bigint;
            RETURN;
        END IF;
    END IF;

    INSERT INTO case_findings (number, act, person, verdict, amount_minor, account, reason)
        VALUES (of_case, of_act, by_person, verdict_found, sum_minor, of_account, why);
    IF NOT EXISTS (
        SELECT FROM case_findings f
            WHERE f.number = of_case AND f.person <> by_person
              AND (f.verdict, f.amount_minor) = (verdict_found, sum_minor)
              AND f.account IS NOT DISTINCT FROM of_account
              -- what somebody has found anew no longer stands
              AND NOT EXISTS (SELECT FROM case_findings later
                  WHERE later.number = f.number AND later.person = f.person
                    AND later.found_at > f.found_at)
    ) THEN
        RETURN QUERY SELECT 'waiting', NULL::bigint;
        RETURN;
    END IF;

    entry := NULL;
    IF hold.uid IS NOT NULL THEN
        entry := ledger_settle_by_case(hold, machine, sum_minor, of_act, of_case, today);
    ELSIF verdict_found <> 'nothing' THEN
        -- Where the sum was booked to suspense it is taken from there; else the machine has it.
        SELECT CASE WHEN EXISTS (SELECT FROM requests r WHERE r.terminal = the_case.terminal
                AND r.uid = the_case.uid AND r.outcome = 'suspended' AND r.entry IS NOT NULL)
            THEN ledger_internal('suspense', the_case.currency) ELSE machine END INTO other;
        entry := ledger_book(today, 'correction', of_case, NULL, of_act,
            CASE verdict_found WHEN 'charge' THEN customer.id ELSE other END,
            CASE verdict_found WHEN 'charge' THEN other ELSE customer.id END, sum_minor);
    END IF;
    UPDATE cases SET closed_at = clock_timestamp(), closed_entry = ledger_close_case.entry
        WHERE number = of_case;
    outcome := 'closed';
    RETURN NEXT;
END $$;
