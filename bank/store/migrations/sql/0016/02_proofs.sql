-- The PIN proof of a movement, kept with the point it was checked against: a customer's Y may be
-- another tomorrow, and evidence of today's movement needs today's (MONEY.md 5).

CREATE TABLE movement_proofs (
    terminal text NOT NULL,
    uid uuid NOT NULL,
    realm text NOT NULL,
    account bytea NOT NULL,                      -- the credential's id
    verifier bytea NOT NULL CHECK (octet_length(verifier) = 33),
    terminal_cert bytea NOT NULL,                -- SHA-256 of the certificate it was made with
    token bytea NOT NULL,
    proof bytea NOT NULL,
    made_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (terminal, uid)
);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON movement_proofs
    FOR EACH ROW EXECUTE FUNCTION append_only();
GRANT SELECT, INSERT ON movement_proofs TO bank_app;
