-- The cash in a machine: the vault it comes from, and the count sheets that two people approved.

ALTER TABLE accounts DROP CONSTRAINT accounts_kind_check;
ALTER TABLE accounts ADD CONSTRAINT accounts_kind_check CHECK (kind IN
    ('customer', 'cash', 'suspense', 'fees', 'demo_funding', 'vault'));
DROP INDEX accounts_internal;
CREATE UNIQUE INDEX accounts_internal ON accounts (kind, currency)
    WHERE kind IN ('suspense', 'fees', 'demo_funding', 'vault');

ALTER TABLE entries DROP CONSTRAINT entries_kind_check;
ALTER TABLE entries ADD CONSTRAINT entries_kind_check CHECK (kind IN
    ('withdrawal', 'deposit', 'transfer', 'opening_credit', 'suspense', 'correction',
     'opening_load', 'replenishment'));

ALTER TABLE cases DROP CONSTRAINT cases_kind_check;
ALTER TABLE cases ADD CONSTRAINT cases_kind_check CHECK (kind IN
    ('reported', 'suspended_confirm', 'suspended_credit', 'suspended_reversal', 'unknown_hold',
     'cash_difference', 'unapproved_cash'));

CREATE TABLE exchange_approvals (
    terminal text NOT NULL REFERENCES terminals,
    exchange uuid NOT NULL,
    act uuid NOT NULL,                           -- the staff's act, with its PIN proof
    person uuid NOT NULL,
    sheet bytea NOT NULL CHECK (length(sheet) = 32),         -- SHA-256 of the count sheet
    moved boolean NOT NULL,                      -- whether cash went to or came from the vault
    found_minor bigint NOT NULL CHECK (found_minor >= 0),
    loaded_minor bigint NOT NULL CHECK (loaded_minor >= 0),
    difference_minor bigint NOT NULL,            -- counted less what the ledger had
    approved_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (terminal, exchange, act)
);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON exchange_approvals
    FOR EACH ROW EXECUTE FUNCTION append_only();

-- Each of its movements once: the key is the exchange's own.
CREATE TABLE exchange_bookings (
    terminal text NOT NULL,
    exchange uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('unload', 'load', 'surplus', 'shortage')),
    uid uuid NOT NULL,
    PRIMARY KEY (terminal, exchange, kind)
);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON exchange_bookings
    FOR EACH ROW EXECUTE FUNCTION append_only();
GRANT SELECT ON exchange_approvals, exchange_bookings TO bank_app;
