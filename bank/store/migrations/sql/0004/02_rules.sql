-- The bank's rules about orders, as functions of facts alone: why an order is refused, or null.

-- What a batch writes for one item beside its request: `kept_on` is the day its bytes are kept under
-- (null: not at all), `made` the entry from `payer` to `payee`, `hold_of` whose hold it makes,
-- `settles_minor` what is posted of the hold that it settles.
CREATE TYPE ledger_writing AS (
    decided boolean, kept_on date, made bigint, entry_kind text, entry_text text,
    payer bigint, payee bigint, payer_balance_minor bigint, payee_balance_minor bigint,
    hold_of uuid, without_finger boolean, settles_minor bigint
);

CREATE FUNCTION ledger_refuses_order(
    tombstoned boolean, session_of uuid, account_of uuid, account_status text,
    account_currency text, order_currency text, pin text, pin_of uuid, needs_pin boolean
) RETURNS text LANGUAGE sql IMMUTABLE AS $$
-- What authorise and transfer ask alike. `session_of` is null without a live session.
    SELECT CASE
        WHEN tombstoned THEN 'tombstoned'
        WHEN session_of IS NULL THEN 'session_ended'
        WHEN account_of IS NULL THEN 'account_unknown'
        WHEN account_of <> session_of THEN 'not_your_account'
        WHEN account_status <> 'open' THEN 'account_closed'
        WHEN account_currency <> order_currency THEN 'currency'
        WHEN pin = 'refused' THEN 'pin_refused'
        WHEN needs_pin AND (pin <> 'accepted' OR pin_of IS DISTINCT FROM session_of)
            THEN 'pin_required'
    END
$$;

CREATE FUNCTION ledger_refuses_withdrawal(
    sum_minor bigint, available_minor bigint, withdrawn_minor bigint, without_finger_minor bigint,
    finger boolean, currency text, machine_currency text, machine_left_minor bigint,
    rules ledger_rules
) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE
        WHEN sum_minor NOT BETWEEN (rules).withdraw_min_minor AND (rules).withdraw_each_minor
            THEN 'limit_each'
        WHEN withdrawn_minor + sum_minor > (rules).withdraw_day_minor THEN 'limit_day'
        WHEN NOT finger AND without_finger_minor + sum_minor
            > (rules).withdraw_day_without_finger_minor THEN 'limit_day'
        WHEN machine_currency <> currency THEN 'currency'
        WHEN sum_minor > machine_left_minor THEN 'limit_terminal'
        WHEN sum_minor > available_minor THEN 'insufficient_funds'
    END
$$;

CREATE FUNCTION ledger_refuses_payment(
    sum_minor bigint, available_minor bigint, transferred_minor bigint, without_finger_minor bigint,
    finger boolean, currency text, payee bigint, payer bigint, payee_status text,
    payee_currency text, rules ledger_rules
) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE
        WHEN payee IS NULL THEN 'payee_unknown'
        WHEN payee = payer THEN 'same_account'
        WHEN payee_status <> 'open' THEN 'account_closed'
        WHEN payee_currency <> currency THEN 'currency'
        WHEN transferred_minor + sum_minor > (rules).transfer_day_minor THEN 'limit_day'
        WHEN NOT finger AND without_finger_minor + sum_minor
            > (rules).withdraw_day_without_finger_minor THEN 'limit_day'
        WHEN sum_minor > available_minor THEN 'insufficient_funds'
    END
$$;

CREATE FUNCTION ledger_suspends_confirm(
    hold_minor bigint, settled_minor bigint, sum_minor bigint, currency text, machine_currency text
) RETURNS text LANGUAGE sql IMMUTABLE AS $$
-- Why notes that left the machine are not paid for by the hold. `settled_minor` is null while the
-- hold is open, 0 once it was given back.
    SELECT CASE
        WHEN hold_minor IS NULL THEN 'hold_void'
        WHEN settled_minor > 0 THEN 'already_posted'
        WHEN settled_minor IS NOT NULL THEN 'hold_void'
        WHEN currency <> machine_currency THEN 'currency'
        WHEN sum_minor > hold_minor THEN 'insufficient_funds'
    END
$$;

CREATE FUNCTION ledger_suspends_credit(
    account bigint, status text, account_currency text, currency text, machine_currency text
) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE
        WHEN account IS NULL THEN 'account_unknown'
        WHEN status <> 'open' THEN 'account_closed'
        WHEN currency <> account_currency OR currency <> machine_currency THEN 'currency'
    END
$$;
