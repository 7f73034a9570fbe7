-- Advices: what has happened at a terminal. They are always recorded, at any age and without a
-- session; one that cannot be applied opens a case and is acknowledged as suspended.

CREATE FUNCTION ledger_suspend_confirm(item ledger_item, today date, why text)
RETURNS ledger_decision LANGUAGE plpgsql AS $$
-- Notes left the machine without a hold that pays for them.
DECLARE
    made bigint;
BEGIN
    made := ledger_book(today, 'suspense', why, item.terminal, item.uid,
        ledger_internal('suspense', item.currency),
        (SELECT cash_account FROM terminals WHERE id = item.terminal), item.amount_minor);
    UPDATE terminal_cash SET paid_minor = paid_minor + item.amount_minor
        WHERE terminal = item.terminal;
    RETURN ROW('suspended', why, made,
        ledger_open_case('suspended_confirm', item, item.amount_minor, why),
        NULL, NULL)::ledger_decision;
END $$;

CREATE FUNCTION ledger_release(hold holds, by_uid uuid, part_minor bigint) RETURNS void
LANGUAGE plpgsql AS $$
-- Settles a hold: `part_minor` of it was paid out, the rest is given back to account and limits.
DECLARE
    rest_minor bigint := hold.amount_minor - part_minor;
BEGIN
    INSERT INTO hold_settlements (terminal, hold, settled_by, posted_minor, settled_at)
        VALUES (hold.terminal, hold.uid, by_uid, part_minor, clock_timestamp());
    UPDATE accounts SET held_minor = held_minor - hold.amount_minor WHERE id = hold.account;
    UPDATE customer_usage SET withdrawn_minor = withdrawn_minor - rest_minor,
            without_finger_minor = without_finger_minor
                - CASE WHEN hold.without_finger THEN rest_minor ELSE 0 END
        WHERE customer = hold.customer AND day = hold.day;
    UPDATE terminal_cash SET paid_minor = paid_minor - rest_minor WHERE terminal = hold.terminal;
END $$;

CREATE FUNCTION ledger_confirm(item ledger_item, today date) RETURNS ledger_decision
LANGUAGE plpgsql AS $$
DECLARE
    hold holds;
    settled hold_settlements;
    machine record;
    why text;
    made bigint;
BEGIN
    SELECT * INTO hold FROM holds h WHERE h.terminal = item.terminal AND h.uid = item.original;
    SELECT * INTO settled FROM hold_settlements s
        WHERE s.terminal = item.terminal AND s.hold = item.original;
    SELECT t.currency, t.cash_account INTO STRICT machine FROM terminals t
        WHERE t.id = item.terminal;
    why := CASE
        WHEN hold.uid IS NULL THEN 'hold_void'
        WHEN settled.posted_minor > 0 THEN 'already_posted'
        WHEN settled.hold IS NOT NULL THEN 'hold_void'
        WHEN item.currency <> machine.currency THEN 'currency'
        WHEN item.amount_minor > hold.amount_minor THEN 'insufficient_funds'
    END;
    IF hold.uid IS NULL THEN
        -- Should the order still arrive, its hold would never be settled.
        INSERT INTO tombstones (terminal, uid, laid_by)
            VALUES (item.terminal, item.original, item.uid) ON CONFLICT DO NOTHING;
    END IF;
    IF why IS NOT NULL THEN
        RETURN ledger_suspend_confirm(item, today, why);
    END IF;
    PERFORM ledger_release(hold, item.uid, item.amount_minor);
    made := ledger_book(today, 'withdrawal', '', item.terminal, item.uid,
                        hold.account, machine.cash_account, item.amount_minor);
    RETURN ROW('posted', NULL, made, NULL, NULL, NULL)::ledger_decision;
END $$;

CREATE FUNCTION ledger_reversal(item ledger_item, today date) RETURNS ledger_decision
LANGUAGE plpgsql AS $$
DECLARE
    was requests;
    hold holds;
    settled hold_settlements;
BEGIN
    SELECT * INTO was FROM requests r WHERE r.terminal = item.terminal AND r.uid = item.original;
    IF was.uid IS NULL OR was.outcome = 'refused' THEN
        INSERT INTO tombstones (terminal, uid, laid_by)
            VALUES (item.terminal, item.original, item.uid) ON CONFLICT DO NOTHING;
        IF was.uid IS NULL AND item.original_jws IS NOT NULL THEN
            INSERT INTO requests (terminal, uid, kind, chain, seq, body_hash, amount_minor,
                    currency, outcome, reason, reference, day, decided_at)
                VALUES (item.terminal, item.original, item.original_kind, item.original_chain,
                    item.original_seq, item.original_body_hash, item.original_amount_minor,
                    item.original_currency, 'refused', 'tombstoned', item.original_reference,
                    today, clock_timestamp());
        END IF;
        RETURN ROW('tombstoned', NULL, NULL, NULL, NULL, NULL)::ledger_decision;
    END IF;
    SELECT * INTO hold FROM holds h WHERE h.terminal = item.terminal AND h.uid = item.original;
    SELECT * INTO settled FROM hold_settlements s
        WHERE s.terminal = item.terminal AND s.hold = item.original;
    IF hold.uid IS NULL OR settled.posted_minor > 0 THEN
        -- Booked money is not taken back by a machine.
        RETURN ROW('suspended', 'already_posted', NULL,
            ledger_open_case('suspended_reversal', item, item.amount_minor, 'already_posted'),
            NULL, NULL)::ledger_decision;
    END IF;
    IF settled.hold IS NULL THEN
        PERFORM ledger_release(hold, item.uid, 0);
    END IF;
    RETURN ROW('voided', NULL, NULL, NULL, NULL, NULL)::ledger_decision;
END $$;

CREATE FUNCTION ledger_credit(item ledger_item, rules ledger_rules, today date)
RETURNS ledger_decision LANGUAGE plpgsql AS $$
DECLARE
    account accounts;
    machine record;
    why text;
    made bigint;
BEGIN
    SELECT * INTO account FROM accounts a WHERE a.number = item.target AND a.kind = 'customer';
    SELECT t.currency, t.cash_account INTO STRICT machine FROM terminals t
        WHERE t.id = item.terminal;
    why := CASE
        WHEN account.id IS NULL THEN 'account_unknown'
        WHEN account.status <> 'open' THEN 'account_closed'
        WHEN item.currency <> account.currency OR item.currency <> machine.currency
            THEN 'currency'
    END;
    IF why IS NOT NULL THEN
        RETURN ROW('suspended', why, NULL,
            ledger_open_case('suspended_credit', item, item.amount_minor, why),
            NULL, NULL)::ledger_decision;
    END IF;
    UPDATE terminal_cash SET day = today, taken_today_minor = 0
        WHERE terminal = item.terminal AND day < today;
    UPDATE terminal_cash SET taken_minor = taken_minor + item.amount_minor,
            taken_today_minor = taken_today_minor + item.amount_minor
        WHERE terminal = item.terminal;
    PERFORM 1 FROM terminal_cash c WHERE c.terminal = item.terminal
        AND item.amount_minor <= rules.deposit_each_minor
        AND c.taken_today_minor <= rules.deposit_day_minor
        AND c.taken_minor <= rules.deposit_total_minor;
    IF NOT FOUND THEN
        made := ledger_book(today, 'suspense', 'limit_terminal', item.terminal, item.uid,
            machine.cash_account, ledger_internal('suspense', item.currency), item.amount_minor);
        RETURN ROW('suspended', 'limit_terminal', made,
            ledger_open_case('suspended_credit', item, item.amount_minor, 'limit_terminal'),
            NULL, NULL)::ledger_decision;
    END IF;
    made := ledger_book(today, 'deposit', '', item.terminal, item.uid,
                        machine.cash_account, account.id, item.amount_minor);
    RETURN ROW('posted', NULL, made, NULL, NULL, NULL)::ledger_decision;
END $$;

CREATE FUNCTION ledger_settle(item ledger_item) RETURNS ledger_decision LANGUAGE plpgsql AS $$
-- What became of a transfer; if it never arrived, it never will be made. Moves nothing.
DECLARE
    was requests;
BEGIN
    SELECT * INTO was FROM requests r WHERE r.terminal = item.terminal AND r.uid = item.original;
    IF was.uid IS NULL THEN
        INSERT INTO tombstones (terminal, uid, laid_by)
            VALUES (item.terminal, item.original, item.uid) ON CONFLICT DO NOTHING;
        RETURN ROW('tombstoned', NULL, NULL, NULL, 'tombstoned', NULL)::ledger_decision;
    END IF;
    RETURN ROW(
        CASE was.outcome WHEN 'posted' THEN 'posted' WHEN 'refused' THEN 'tombstoned'
            ELSE 'recorded' END,
        NULL, was.entry, was.case_number, was.outcome, was.reason)::ledger_decision;
END $$;
