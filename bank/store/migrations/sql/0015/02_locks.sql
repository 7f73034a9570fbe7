-- As before, but: a ticket's version is the one that is evaluated, also where the customer has
-- another; and who is locked out is told what opens the lock.

drop function pin_start(text, bytea, bytea, bytea, text, text, bytea, bytea, bytea, timestamptz,
    bytea, timestamptz, smallint, bigint);
drop function pin_burn(bytea, bytea, text, bytea, bytea, bigint, bytea, bytea);

create function pin_start(
    p_terminal text, p_cert bytea, p_attempt bytea, p_account bytea, p_purpose text, p_way text,
    p_request bytea, p_nonce bytea, p_record bytea, p_issued_at timestamptz, p_ticket bytea,
    p_good_until timestamptz, p_seed smallint, p_ver bigint,
    out outcome text, out seed smallint, out ver bigint, out now_s bigint, out retry_after_s bigint,
    out unlock text
) language plpgsql as $$
declare
    moment timestamptz;
    known pin_attempts;
    tries pin_tries;
    unsuccessful bigint;
    oldest timestamptz;
begin
    perform pg_advisory_xact_lock(hashtextextended('pin ' || p_terminal, 0));
    moment := clock_timestamp();
    now_s := floor(extract(epoch from moment));

    select * into known from pin_attempts a where a.terminal_cert = p_cert and a.attempt = p_attempt;
    if found then
        if known.request <> p_request then outcome := 'other'; return; end if;
        if known.finished_at is not null then outcome := 'finished'; return; end if;
        if moment > known.started_at + interval '60 s' then outcome := 'expired'; return; end if;
        -- The first answer and five repeats.
        if cardinality(known.nonces) >= 6 then
            outcome := 'rate_limited'; retry_after_s := 60; return;
        end if;
        update pin_attempts a set nonces = a.nonces || p_nonce
            where a.terminal_cert = p_cert and a.attempt = p_attempt;
        outcome := 'started'; seed := known.seed; ver := known.ver;
        return;
    end if;

    select count(*), min(a.started_at) into unsuccessful, oldest from pin_attempts a
        where a.terminal = p_terminal and a.started_at > moment - interval '1 hour'
        and not a.succeeded;
    if unsuccessful >= 30 then
        outcome := 'rate_limited';
        retry_after_s := ceil(extract(epoch from oldest + interval '1 hour' - moment));
        return;
    end if;

    -- Of a factor 1 record or a sign-up ticket; null without either.
    if moment > p_good_until then outcome := 'expired'; return; end if;

    if p_way = 'register' then
        if exists (select from pin_attempts a where a.ticket = p_ticket) then
            outcome := 'ticket_used'; return;
        end if;
    else
        -- A record whose session has ended is used up.
        if exists (select from factor1_used f join sessions s on s.id_hash = f.session
                   where f.record = p_record and s.ended_at is not null) then
            outcome := 'record_used'; return;
        end if;
        insert into pin_tries (account) values (p_account) on conflict do nothing;
        select * into tries from pin_tries t where t.account = p_account for update;
        if p_way = 'number' then
            if tries.number_tries >= 3 then outcome := 'rejected'; return; end if;
            update pin_tries t set number_tries = t.number_tries + 1, counted_at = moment
                where t.account = p_account;
        else
            if tries.finger_total >= 10 then
                outcome := 'locked'; unlock := 'branch'; return;
            end if;
            if tries.finger_tries >= 3 then
                -- Only an identification made after the last try opens the lock.
                if p_issued_at is null or p_issued_at <= tries.last_finger_try then
                    outcome := 'locked'; unlock := 'finger'; return;
                end if;
                tries.finger_tries := 0;
            end if;
            update pin_tries t set finger_tries = tries.finger_tries + 1,
                finger_total = t.finger_total + 1, last_finger_try = moment, counted_at = moment
                where t.account = p_account;
        end if;
    end if;

    if p_way <> 'register' then
        select c.seed, c.ver into seed, ver from credentials c where c.account = p_account;
    end if;
    seed := coalesce(seed, p_seed);
    ver := coalesce(ver, p_ver);
    insert into pin_attempts (terminal_cert, attempt, terminal, account, purpose, way, request,
            ticket, nonces, seed, ver, started_at)
        values (p_cert, p_attempt, p_terminal, p_account, p_purpose, p_way, p_request,
            p_ticket, array[p_nonce], seed, ver, moment);
    outcome := 'started';
end $$;

create function pin_burn(
    p_cert bytea, p_account bytea, p_purpose text, p_nonce bytea, p_issuer bytea, p_expiry_s bigint,
    p_uid bytea, p_body bytea,
    out outcome text, out verifier bytea, out duress bytea, out tries_left integer,
    out unlock text
) language plpgsql as $$
declare
    moment timestamptz := clock_timestamp();
    now_s bigint := floor(extract(epoch from moment));
    burnt pin_nonces;
    attempt pin_attempts;
    fresh integer;
begin
    -- Found by the nonce: only a start that this bank answered can be finished.
    select * into attempt from pin_attempts a
        where a.terminal_cert = p_cert and a.account = p_account and a.purpose = p_purpose
        and p_nonce = any (a.nonces) for update;
    if not found then outcome := 'unknown'; return; end if;

    select * into burnt from pin_nonces n where n.nonce = p_nonce;
    if not found then
        -- One try, one finish, however many tokens its repeats were given.
        if attempt.finished_at is not null then outcome := 'replayed'; return; end if;
        if not exists (select from servers s where s.certificate = p_issuer
                       and s.status = 'active') then
            outcome := 'denied'; return;
        end if;
        if now_s > p_expiry_s or p_expiry_s > now_s + 65 then outcome := 'expired'; return; end if;
        insert into pin_nonces (nonce, account, terminal_cert, purpose, uid, body, burnt_at)
            values (p_nonce, p_account, p_cert, p_purpose, p_uid, p_body, moment)
            on conflict do nothing;
        get diagnostics fresh = row_count;
        if fresh = 0 then select * into burnt from pin_nonces n where n.nonce = p_nonce; end if;
    end if;
    if burnt.nonce is not null
       and (p_uid is null or (burnt.uid, burnt.body) is distinct from (p_uid, p_body)) then
        outcome := 'replayed'; return;
    end if;

    update pin_attempts a set finished_at = coalesce(a.finished_at, moment)
        where a.terminal_cert = attempt.terminal_cert and a.attempt = attempt.attempt;
    select c.verifier, c.duress into verifier, duress
        from credentials c where c.account = p_account and c.status = 'active';
    if found and attempt.way = 'finger' then
        select greatest(0, least(3 - t.finger_tries, 10 - t.finger_total)),
            case when t.finger_total >= 10 then 'branch' when t.finger_tries >= 3 then 'finger' end
            into tries_left, unlock from pin_tries t where t.account = p_account;
    end if;
    outcome := 'burnt';
end $$;

revoke all on function
    pin_start(text, bytea, bytea, bytea, text, text, bytea, bytea, bytea, timestamptz, bytea,
        timestamptz, smallint, bigint),
    pin_burn(bytea, bytea, text, bytea, bytea, bigint, bytea, bytea) from public;
grant execute on function
    pin_start(text, bytea, bytea, bytea, text, text, bytea, bytea, bytea, timestamptz, bytea,
        timestamptz, smallint, bigint),
    pin_burn(bytea, bytea, text, bytea, bytea, bigint, bytea, bytea) to bank_app;
