-- An opening credit is the bank's own entry: it comes with a record that a server signed.

DROP FUNCTION ledger_open_account(text, uuid, text, text, bigint, text);
CREATE FUNCTION ledger_open_account(
    new_number text, whose uuid, in_currency text, called text, credit_minor bigint, time_zone text,
    signed text DEFAULT NULL
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
-- Opens an account; an opening credit comes from demo funding. A taken number is unique_violation.
DECLARE
    today date := ledger_day(time_zone);
    made bigint;
    entry bigint;
BEGIN
    INSERT INTO customer_usage (customer, day) VALUES (whose, today) ON CONFLICT DO NOTHING;
    INSERT INTO accounts (number, kind, customer, currency, name)
        VALUES (new_number, 'customer', whose, in_currency, called) RETURNING id INTO made;
    IF credit_minor > 0 THEN
        entry := ledger_book(today, 'opening_credit', '', NULL, NULL,
            ledger_internal('demo_funding', in_currency), made, credit_minor);
        IF signed IS NOT NULL THEN
            INSERT INTO bank_signatures (entry, record) VALUES (entry, signed);
        END IF;
    END IF;
    RETURN made;
END $$;

REVOKE ALL ON FUNCTION ledger_open_account(text, uuid, text, text, bigint, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger_open_account(text, uuid, text, text, bigint, text, text)
    TO bank_app;
