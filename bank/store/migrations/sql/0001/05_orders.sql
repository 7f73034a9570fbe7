-- Orders: the bank decides, for a customer who stands there.

CREATE FUNCTION ledger_source(
    item ledger_item, rules ledger_rules, OUT account accounts, OUT finger boolean, OUT why text
) LANGUAGE plpgsql AS $$
-- What authorise and transfer ask alike: tombstone, session, whose account, PIN.
DECLARE
    live record;
BEGIN
    PERFORM 1 FROM tombstones t WHERE t.terminal = item.terminal AND t.uid = item.uid;
    IF FOUND THEN
        why := 'tombstoned';
        RETURN;
    END IF;
    SELECT * INTO live FROM ledger_live_session(item, rules.session_idle_s)
        AS (customer uuid, finger boolean, refreshed_at timestamptz);
    finger := live.finger;
    SELECT * INTO account FROM accounts a WHERE a.number = item.source AND a.kind = 'customer';
    why := CASE
        WHEN live.customer IS NULL THEN 'session_ended'
        WHEN account.id IS NULL THEN 'account_unknown'
        WHEN account.customer <> live.customer THEN 'not_your_account'
        WHEN account.status <> 'open' THEN 'account_closed'
        WHEN account.currency <> item.currency THEN 'currency'
        WHEN item.pin = 'refused' THEN 'pin_refused'
        WHEN (item.kind = 'transfer' OR item.amount_minor > rules.step_up_minor)
            AND (item.pin <> 'accepted' OR item.customer IS DISTINCT FROM live.customer)
            THEN 'pin_required'
    END;
END $$;

CREATE FUNCTION ledger_authorise(item ledger_item, rules ledger_rules, today date)
RETURNS ledger_decision LANGUAGE plpgsql AS $$
DECLARE
    source record;
    account accounts;
    used customer_usage;
    machine record;
    why text;
BEGIN
    SELECT * INTO source FROM ledger_source(item, rules);
    IF source.why IS NOT NULL THEN
        RETURN ledger_refusal(source.why);
    END IF;
    account := source.account;
    used := ledger_usage(account.customer, today);
    SELECT t.currency, c.loaded_minor - c.paid_minor AS left_minor INTO STRICT machine
        FROM terminals t JOIN terminal_cash c ON c.terminal = t.id WHERE t.id = item.terminal;
    why := CASE
        WHEN item.amount_minor NOT BETWEEN rules.withdraw_min_minor AND rules.withdraw_each_minor
            THEN 'limit_each'
        WHEN used.withdrawn_minor + item.amount_minor > rules.withdraw_day_minor
            THEN 'limit_day'
        WHEN NOT source.finger AND used.without_finger_minor + item.amount_minor
            > rules.withdraw_day_without_finger_minor THEN 'limit_day'
        WHEN machine.currency <> item.currency THEN 'currency'
        WHEN item.amount_minor > machine.left_minor THEN 'limit_terminal'
        WHEN item.amount_minor > account.booked_minor - account.held_minor
            THEN 'insufficient_funds'
    END;
    IF why IS NOT NULL THEN
        RETURN ledger_refusal(why);
    END IF;
    INSERT INTO holds (terminal, uid, account, customer, amount_minor, without_finger, day, made_at)
        VALUES (item.terminal, item.uid, account.id, account.customer, item.amount_minor,
                NOT source.finger, today, clock_timestamp());
    UPDATE accounts SET held_minor = held_minor + item.amount_minor WHERE id = account.id;
    UPDATE customer_usage SET withdrawn_minor = withdrawn_minor + item.amount_minor,
            without_finger_minor = without_finger_minor
                + CASE WHEN source.finger THEN 0 ELSE item.amount_minor END
        WHERE customer = account.customer;
    UPDATE terminal_cash SET paid_minor = paid_minor + item.amount_minor
        WHERE terminal = item.terminal;
    RETURN ROW('held', NULL, NULL, NULL, NULL, NULL)::ledger_decision;
END $$;

CREATE FUNCTION ledger_transfer(item ledger_item, rules ledger_rules, today date)
RETURNS ledger_decision LANGUAGE plpgsql AS $$
DECLARE
    source record;
    account accounts;
    payee accounts;
    used customer_usage;
    why text;
    made bigint;
BEGIN
    SELECT * INTO source FROM ledger_source(item, rules);
    IF source.why IS NOT NULL THEN
        RETURN ledger_refusal(source.why);
    END IF;
    account := source.account;
    SELECT * INTO payee FROM accounts a WHERE a.number = item.target AND a.kind = 'customer';
    used := ledger_usage(account.customer, today);
    why := CASE
        WHEN payee.id IS NULL THEN 'payee_unknown'
        WHEN payee.id = account.id THEN 'same_account'
        WHEN payee.status <> 'open' THEN 'account_closed'
        WHEN payee.currency <> item.currency THEN 'currency'
        WHEN used.transferred_minor + item.amount_minor > rules.transfer_day_minor
            THEN 'limit_day'
        WHEN NOT source.finger AND used.without_finger_minor + item.amount_minor
            > rules.withdraw_day_without_finger_minor THEN 'limit_day'
        WHEN item.amount_minor > account.booked_minor - account.held_minor
            THEN 'insufficient_funds'
    END;
    IF why IS NOT NULL THEN
        RETURN ledger_refusal(why);
    END IF;
    UPDATE customer_usage SET transferred_minor = transferred_minor + item.amount_minor,
            without_finger_minor = without_finger_minor
                + CASE WHEN source.finger THEN 0 ELSE item.amount_minor END
        WHERE customer = account.customer;
    made := ledger_book(today, 'transfer', item.text, item.terminal, item.uid,
                        account.id, payee.id, item.amount_minor);
    RETURN ROW('posted', NULL, made, NULL, NULL, NULL)::ledger_decision;
END $$;
