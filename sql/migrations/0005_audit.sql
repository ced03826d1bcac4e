-- What happened, for good. Details stand apart, so that a person can be erased and the record still proves itself.
create table audit_events (
  id uuid primary key,
  seq bigint constraint audit_events_seq_key unique,
  occurred_at timestamptz not null default clock_timestamp(),
  action text collate "C" not null,
  outcome text collate "C" not null constraint audit_events_outcome_check check (outcome in ('success', 'failure')),
  actor_id uuid,
  subject_type text collate "C" not null,
  subject_id text collate "C",
  request_id text collate "C",
  details_digest bytea not null,
  hash bytea,
  constraint audit_events_sealed_check check ((seq is null) = (hash is null))
);

create index audit_events_unsealed_idx on audit_events (occurred_at, id) where seq is null;
create index audit_events_actor_idx on audit_events (actor_id, occurred_at, id);
create index audit_events_subject_idx on audit_events (subject_type, subject_id, occurred_at, id);
create index audit_events_time_idx on audit_events (occurred_at, id);

-- IP, user agent, before and after, and the salt of the digest: the only part that erasing a person deletes.
create table audit_details (
  event_id uuid primary key,
  salt bytea not null,
  details jsonb not null
);

create function audit_events_refuse() returns trigger language plpgsql set search_path from current as $$
begin
  if tg_op = 'UPDATE' and old.seq is null and old.hash is null
    and (to_jsonb(new) - 'seq' - 'hash') = (to_jsonb(old) - 'seq' - 'hash') then
    return new;
  end if;
  raise exception 'audit_events is append-only' using errcode = 'insufficient_privilege';
end
$$;

create trigger audit_events_append_only before update or delete on audit_events
  for each row execute function audit_events_refuse();
create trigger audit_events_no_truncate before truncate on audit_events
  for each statement execute function audit_events_refuse();
