-- Customers, their credentials and fingers, sessions, and what the PIN proof must remember.
-- Digests, ids and elements are raw bytes; what is sealed is sealed by bank.keys.sealing. No name,
-- number, contact or template lies here in the clear.

create table servers (
    certificate bytea primary key check (octet_length(certificate) = 32),
    name text not null,
    status text not null default 'active' check (status in ('active', 'denied')),
    registered_at timestamptz not null default clock_timestamp()
);

-- One row: which key set the servers of this database must hold.
create table key_check (
    only_row boolean primary key default true check (only_row),
    value bytea not null check (octet_length(value) = 32)
);

create table customers (
    id uuid primary key,
    user_name_index bytea not null unique check (octet_length(user_name_index) = 32),
    sealed bytea not null,
    version integer not null default 1,
    roles text[] not null,
    status text not null default 'active' check (status in ('active', 'closed')),
    created_at timestamptz not null default clock_timestamp()
);

-- The blind index: keyed hashes of what staff may search for (bank.customers.index).
create table customer_index (
    token bytea not null check (octet_length(token) = 16),
    customer uuid not null references customers (id),
    primary key (token, customer)
);

create table credentials (
    account bytea primary key check (octet_length(account) = 16),
    customer uuid not null unique references customers (id),
    seed smallint not null,
    ver bigint not null,
    verifier bytea not null check (octet_length(verifier) = 33),
    duress bytea not null check (octet_length(duress) = 33),
    status text not null default 'active' check (status in ('active', 'retired')),
    created_at timestamptz not null default clock_timestamp(),
    check (verifier <> duress)
);

-- For unknown credential ids too: what is counted must not tell whether one exists.
create table pin_tries (
    account bytea primary key check (octet_length(account) = 16),
    finger_tries integer not null default 0,
    finger_total integer not null default 0,
    number_tries integer not null default 0,
    last_finger_try timestamptz not null default '-infinity',
    counted_at timestamptz not null default clock_timestamp()
);

create table pin_attempts (
    terminal_cert bytea not null check (octet_length(terminal_cert) = 32),
    attempt bytea not null check (octet_length(attempt) = 16),
    terminal text not null,
    account bytea not null,
    purpose text not null,
    way text not null check (way in ('finger', 'number', 'register')),
    request bytea not null,
    ticket bytea unique,
    nonces bytea[] not null,
    seed smallint not null,
    ver bigint not null,
    started_at timestamptz not null,
    finished_at timestamptz,
    succeeded boolean not null default false,
    primary key (terminal_cert, attempt)
);
create index pin_attempts_by_time on pin_attempts (terminal, started_at);

create table pin_nonces (
    nonce bytea primary key check (octet_length(nonce) = 32),
    account bytea not null,
    terminal_cert bytea not null,
    purpose text not null,
    uid bytea,
    body bytea,
    burnt_at timestamptz not null
);
create index pin_nonces_by_time on pin_nonces (burnt_at);

create table fingers (
    id uuid primary key,
    customer uuid not null references customers (id),
    position smallint not null,
    sealed bytea not null,
    changed bigint not null,
    removed_at timestamptz,
    created_at timestamptz not null default clock_timestamp(),
    unique (customer, position)
);
create index fingers_by_change on fingers (changed);

-- One row, counted up by whoever changes a finger. Its lock puts changes in the order in which
-- they are committed, so that a reader who has seen n has seen everything up to n.
create table gallery (
    only_row boolean primary key default true check (only_row),
    version bigint not null
);
insert into gallery (version) values (0);

create table probes (
    digest bytea primary key check (octet_length(digest) = 32),
    terminal text not null,
    request text not null,
    identified boolean not null,
    seen_at timestamptz not null
);
create index probes_by_time on probes (terminal, seen_at);

create table sessions (
    id_hash bytea primary key check (octet_length(id_hash) = 32),
    customer uuid not null references customers (id),
    account bytea not null,
    terminal text not null,
    terminal_cert bytea not null check (octet_length(terminal_cert) = 32),
    finger boolean not null,
    roles text[] not null,
    opened_at timestamptz not null,
    refreshed_at timestamptz not null,
    idle_until timestamptz not null,
    expires_at timestamptz not null,
    ended_at timestamptz
);
create index sessions_open on sessions (terminal) where ended_at is null;

create table factor1_used (
    record bytea primary key check (octet_length(record) = 32),
    session bytea not null,
    used_at timestamptz not null
);

create table signups (
    uid bytea primary key check (octet_length(uid) = 16),
    terminal text not null,
    request bytea not null check (octet_length(request) = 32),
    ticket bytea not null,
    account bytea not null unique check (octet_length(account) = 16),
    seed smallint not null,
    ver bigint not null,
    customer uuid not null,
    sealed bytea,
    begun_at timestamptz not null default clock_timestamp(),
    expires_at timestamptz not null,
    finish bytea,
    answer bytea,
    finished_at timestamptz,
    check ((finish is null) = (answer is null))
);

create table staff_acts (
    uid bytea primary key check (octet_length(uid) = 16),
    act bytea not null,
    actor uuid not null references customers (id),
    terminal text not null,
    token bytea not null,
    proof bytea not null,
    answer text not null,
    decided_at timestamptz not null default clock_timestamp()
);

create table audit (
    id bigint generated always as identity primary key,
    at timestamptz not null default clock_timestamp(),
    server text not null,
    terminal text,
    actor uuid,
    subject uuid,
    event text not null,
    detail jsonb not null default '{}'
);
create index audit_by_subject on audit (subject, id);
