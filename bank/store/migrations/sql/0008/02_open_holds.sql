-- A hold is open until it is settled, by whomever: those that a case settled stayed in open_holds.

CREATE OR REPLACE FUNCTION ledger_settle_by_case(
    hold holds, machine bigint, paid_minor bigint, act uuid, case_number text, today date
) RETURNS bigint LANGUAGE plpgsql AS $$
-- Posts what the customer did get and gives back the rest, as a confirm or a reversal would.
DECLARE
    rest_minor bigint := hold.amount_minor - paid_minor;
    made bigint;
BEGIN
    INSERT INTO hold_settlements (terminal, hold, settled_by, posted_minor, settled_at)
        VALUES (hold.terminal, hold.uid, act, paid_minor, clock_timestamp());
    DELETE FROM open_holds o WHERE o.terminal = hold.terminal AND o.uid = hold.uid;
    UPDATE accounts SET held_minor = held_minor - hold.amount_minor WHERE id = hold.account;
    UPDATE customer_usage SET withdrawn_minor = withdrawn_minor - rest_minor,
            without_finger_minor = without_finger_minor
                - CASE WHEN hold.without_finger THEN rest_minor ELSE 0 END
        WHERE customer = hold.customer AND day = hold.day;
    UPDATE terminal_cash c SET paid_minor = c.paid_minor - rest_minor
        WHERE c.terminal = hold.terminal;
    IF paid_minor > 0 THEN
        made := ledger_book(today, 'correction', case_number, NULL, act, hold.account, machine,
            paid_minor);
    END IF;
    RETURN made;
END $$;

DELETE FROM open_holds o USING hold_settlements s
    WHERE s.terminal = o.terminal AND s.hold = o.uid;
