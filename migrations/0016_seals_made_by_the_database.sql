-- Seals and times of the audit trail are the database's own: a service that was taken over can neither date an event back
-- into a stretch, nor write a seal that fits nothing or reaches into the future, behind which later events would never
-- be sealed nor checked.
revoke insert on audit_events from understudy_auth, understudy_hub, understudy_ai, understudy_channel;
grant insert (creator_id, actor, action, subject_id, fields, request_id) on audit_events
  to understudy_auth, understudy_hub, understudy_ai, understudy_channel;

-- How many events a stretch of a trail holds, and the hash of the seal before it together with every event's, in the order
-- of time. Every column is hashed, so that none can be changed unseen. Runs with its caller's rights.
create function app.audit_stretch(
  creator uuid, since timestamptz, until timestamptz, previous bytea, out events bigint, out hash bytea
)
language sql stable
set search_path = ''
as $$
  select count(*), sha256(previous || coalesce(
    string_agg(
      sha256(convert_to(jsonb_build_array(
        e.id, e.actor, e.action, e.subject_id, e.fields, e.request_id, extract(epoch from e.created_at))::text, 'UTF8')),
      ''::bytea order by e.created_at, e.id),
    ''::bytea))
  from public.audit_events e
  where e.creator_id = creator and e.created_at >= since and e.created_at < until
$$;
revoke all on function app.audit_stretch(uuid, timestamptz, timestamptz, bytea) from public;
grant execute on function app.audit_stretch(uuid, timestamptz, timestamptz, bytea) to understudy_hub;

-- Two seals at once draw the same number, and the primary key lets one of them through.
create function app.write_audit_seal() returns trigger
language plpgsql
set search_path = ''
as $$
declare
  last_number bigint;
  last_until timestamptz;
  last_hash bytea;
begin
  if new.sealed_until > pg_catalog.clock_timestamp() then
    raise exception 'a seal covers the past only' using errcode = 'check_violation';
  end if;
  select s.number, s.sealed_until, s.hash into last_number, last_until, last_hash
  from public.audit_seals s where s.creator_id = new.creator_id order by s.number desc limit 1;
  new.number := coalesce(last_number, 0) + 1;
  new.previous_hash := coalesce(last_hash, pg_catalog.decode(pg_catalog.repeat('00', 32), 'hex'));
  select s.events, s.hash into new.event_count, new.hash
  from app.audit_stretch(
    new.creator_id, coalesce(last_until, '-infinity'), new.sealed_until, new.previous_hash
  ) as s;
  return new;
end
$$;
revoke all on function app.write_audit_seal() from public;
create trigger write_audit_seal before insert on audit_seals for each row execute function app.write_audit_seal();

revoke insert on audit_seals from understudy_hub;
grant insert (creator_id, sealed_until) on audit_seals to understudy_hub;
