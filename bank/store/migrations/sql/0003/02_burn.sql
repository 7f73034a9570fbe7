create function pin_burn(
    p_cert bytea, p_account bytea, p_purpose text, p_nonce bytea, p_issuer bytea, p_expiry_s bigint,
    p_uid bytea, p_body bytea,
    out outcome text, out verifier bytea, out duress bytea, out tries_left integer
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
        select greatest(0, least(3 - t.finger_tries, 10 - t.finger_total)) into tries_left
            from pin_tries t where t.account = p_account;
    end if;
    outcome := 'burnt';
end $$;
