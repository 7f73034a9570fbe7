-- Accounts, requests, entries and postings, holds, cases. Sums are minor units; a posting is
-- positive where the account's holder gains. The postings of an entry sum to zero.

CREATE TABLE accounts (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    number text UNIQUE CHECK (number ~ '^[0-9]{10}$'),
    kind text NOT NULL CHECK (kind IN ('customer', 'cash', 'suspense', 'fees', 'demo_funding')),
    customer uuid,
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    name text NOT NULL,
    status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'closed')),
    booked_minor bigint NOT NULL DEFAULT 0,      -- sum of its postings
    held_minor bigint NOT NULL DEFAULT 0,        -- sum of its open holds
    opened_at timestamptz NOT NULL DEFAULT now(),
    closed_at timestamptz,
    CHECK ((kind = 'customer') = (number IS NOT NULL AND customer IS NOT NULL)),
    CHECK (held_minor >= 0),
    CHECK (kind <> 'customer' OR booked_minor >= held_minor),
    CHECK (status = 'open' OR (booked_minor = 0 AND held_minor = 0))
);
CREATE INDEX ON accounts (customer);
CREATE UNIQUE INDEX accounts_internal ON accounts (kind, currency)
    WHERE kind IN ('suspense', 'fees', 'demo_funding');
ALTER TABLE terminals ADD FOREIGN KEY (cash_account) REFERENCES accounts;

-- The customer's lock, and what was used of the limits on `day`.
CREATE TABLE customer_usage (
    customer uuid PRIMARY KEY,
    day date NOT NULL,
    withdrawn_minor bigint NOT NULL DEFAULT 0,
    transferred_minor bigint NOT NULL DEFAULT 0,
    without_finger_minor bigint NOT NULL DEFAULT 0
);

-- Every signed request for ever. Narrow: the signed bytes lie in signed_requests.
CREATE TABLE requests (
    terminal text NOT NULL,
    uid uuid NOT NULL,
    kind text NOT NULL,
    chain uuid NOT NULL,
    seq bigint NOT NULL,
    body_hash bytea NOT NULL CHECK (length(body_hash) = 32),
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    currency text NOT NULL,
    original uuid,
    outcome text NOT NULL CHECK (outcome IN
        ('held', 'posted', 'voided', 'tombstoned', 'suspended', 'recorded', 'refused')),
    reason text,
    original_outcome text,
    original_reason text,
    entry bigint,
    entry_day date,
    case_number text,
    reference text NOT NULL,
    answer_version smallint NOT NULL DEFAULT 1,
    day date NOT NULL,
    decided_at timestamptz NOT NULL,
    PRIMARY KEY (terminal, uid)
) PARTITION BY HASH (terminal, uid);

CREATE TABLE signed_requests (
    day date NOT NULL,
    terminal text NOT NULL,
    uid uuid NOT NULL,
    jws_sha256 bytea NOT NULL,
    jws text NOT NULL,
    PRIMARY KEY (terminal, uid, jws_sha256, day)
) PARTITION BY RANGE (day);

CREATE TABLE tombstones (
    terminal text NOT NULL,
    uid uuid NOT NULL,
    laid_by uuid NOT NULL,
    laid_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (terminal, uid)
);
COMMENT ON TABLE tombstones IS 'Orders that are never to be carried out, should they still arrive.';

CREATE SEQUENCE entry_numbers;
CREATE TABLE entries (
    id bigint NOT NULL DEFAULT nextval('entry_numbers'),
    day date NOT NULL,
    kind text NOT NULL CHECK (kind IN
        ('withdrawal', 'deposit', 'transfer', 'opening_credit', 'suspense')),
    text text NOT NULL,
    terminal text,
    uid uuid,
    booked_at timestamptz NOT NULL,
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    PRIMARY KEY (id, day)
) PARTITION BY RANGE (day);
COMMENT ON COLUMN entries.xid IS
    'Entries below pg_snapshot_xmin are complete: what a sealer may put in order.';

CREATE TABLE postings (
    account bigint NOT NULL,
    entry bigint NOT NULL,
    day date NOT NULL,
    amount_minor bigint NOT NULL CHECK (amount_minor <> 0),
    balance_minor bigint NOT NULL,               -- of the account, after this posting
    PRIMARY KEY (account, entry, day)
) PARTITION BY RANGE (day);
CREATE INDEX ON postings (entry);
COMMENT ON TABLE postings IS 'Written by ledger_book alone, two for each entry.';

CREATE TABLE holds (
    terminal text NOT NULL,
    uid uuid NOT NULL,
    account bigint NOT NULL REFERENCES accounts,
    customer uuid NOT NULL,
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    without_finger boolean NOT NULL,
    day date NOT NULL,
    made_at timestamptz NOT NULL,
    PRIMARY KEY (terminal, uid)
);

-- One settlement a hold: the key is the hold's own.
CREATE TABLE hold_settlements (
    terminal text NOT NULL,
    hold uuid NOT NULL,
    settled_by uuid NOT NULL,
    posted_minor bigint NOT NULL CHECK (posted_minor >= 0),  -- 0: voided
    settled_at timestamptz NOT NULL,
    PRIMARY KEY (terminal, hold),
    FOREIGN KEY (terminal, hold) REFERENCES holds
);

CREATE SEQUENCE case_numbers;
CREATE TABLE cases (
    number text PRIMARY KEY DEFAULT 'C-' || lpad(nextval('case_numbers')::text, 8, '0'),
    kind text NOT NULL CHECK (kind IN
        ('reported', 'suspended_confirm', 'suspended_credit', 'suspended_reversal', 'unknown_hold')),
    terminal text NOT NULL,
    uid uuid NOT NULL,                           -- the request, or the hold, it came from
    original uuid,
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    currency text NOT NULL,
    reason text,
    text text,
    opened_at timestamptz NOT NULL DEFAULT now(),
    closed_at timestamptz,
    UNIQUE (terminal, uid, kind)
);
