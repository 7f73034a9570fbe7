-- What a machine is loaded with when it is registered: the bank's own entry, which a server signed.

CREATE FUNCTION ledger_opening_load(
    of_terminal text, sum_minor bigint, time_zone text, signed text
) RETURNS void LANGUAGE plpgsql AS $$
-- The owner's, not the application's.
DECLARE
    machine terminals;
    entry bigint;
BEGIN
    SELECT * INTO STRICT machine FROM terminals t WHERE t.id = of_terminal;
    entry := ledger_book(ledger_day(time_zone), 'opening_load', of_terminal, NULL, NULL,
        machine.cash_account, ledger_internal('vault', machine.currency), sum_minor);
    INSERT INTO bank_signatures (entry, record) VALUES (entry, signed);
END $$;
REVOKE ALL ON FUNCTION ledger_opening_load(text, bigint, text, text) FROM PUBLIC;
