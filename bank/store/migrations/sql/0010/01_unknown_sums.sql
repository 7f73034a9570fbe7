-- A case may be about a sum that nobody knows yet: notes in a machine that cannot say how many. The
-- order says 0, which no other order may; the case itself has no sum.

ALTER TABLE requests DROP CONSTRAINT requests_amount_minor_check,
    ADD CONSTRAINT requests_amount_minor_check
        CHECK (amount_minor > 0 OR (amount_minor = 0 AND kind = 'case'));

ALTER TABLE cases ALTER COLUMN amount_minor DROP NOT NULL,
    ADD CONSTRAINT cases_sum_known CHECK (amount_minor IS NOT NULL OR kind = 'reported');
COMMENT ON COLUMN cases.amount_minor IS 'Null: not known when the machine reported it.';

CREATE OR REPLACE FUNCTION ledger_open_case(
    case_kind text, item ledger_item, sum_minor bigint, why text
) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    made text;
BEGIN
    INSERT INTO cases (kind, terminal, uid, original, amount_minor, currency, reason, text)
        VALUES (case_kind, item.terminal, item.uid, item.original, nullif(sum_minor, 0),
                item.currency, why, item.text)
        RETURNING number INTO made;
    RETURN made;
END $$;

-- Before, one minor unit stood for it.
UPDATE cases SET amount_minor = NULL
    WHERE kind = 'reported' AND amount_minor = 1 AND text LIKE '%, sum not known';
