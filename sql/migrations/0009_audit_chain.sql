-- The audit log proves itself: signed checkpoints of its chain, details that go with their person only, readers.
insert into permissions (name, description, built_in) values
  ('audit:read', 'Read the audit log', true);

create index audit_events_action_idx on audit_events (action, occurred_at, id);
create index audit_events_failure_idx on audit_events (occurred_at, id) where outcome = 'failure';

create function audit_refuse() returns trigger language plpgsql set search_path from current as $$
begin
  raise exception '% is append-only', tg_table_name using errcode = 'insufficient_privilege';
end
$$;

-- Each vouches for the chain up to `seq`, and for all checkpoints before it.
create table audit_checkpoints (
  number bigint primary key constraint audit_checkpoints_number_check check (number > 0),
  seq bigint not null,
  hash bytea not null,
  created_at timestamptz not null,
  previous bytea,
  public_key bytea not null,
  signature bytea not null
);

create trigger audit_checkpoints_append_only before update or delete or truncate on audit_checkpoints
  for each statement execute function audit_refuse();

-- Whether the log says that the event's actor, its subject or the owner of its session was deleted.
create function audit_person_deleted(event audit_events) returns boolean
  language plpgsql stable set search_path from current as $$
declare
  people text[] := array[event.actor_id::text];
begin
  if event.subject_type = 'user' then
    people := people || event.subject_id;
  elsif event.subject_type = 'session' then
    people := people || array(
      select c.actor_id::text from audit_events c
      where c.subject_type = 'session' and c.subject_id = event.subject_id and c.action = 'session.created'
    );
  end if;
  return exists (
    select from audit_events d
    where d.subject_type = 'user' and d.subject_id = any (people) and d.action = 'user.deleted'
  );
end
$$;

-- Whoever deletes details leaves an event that says so.
create function audit_details_refuse_delete() returns trigger language plpgsql set search_path from current as $$
begin
  if exists (
    select from gone left join audit_events e on e.id = gone.event_id
    where e.id is null or not audit_person_deleted(e)
  ) then
    raise exception 'audit_details go with their person only' using errcode = 'insufficient_privilege';
  end if;
  return null;
end
$$;

create trigger audit_details_append_only before update or truncate on audit_details
  for each statement execute function audit_refuse();
create trigger audit_details_erased_only after delete on audit_details
  referencing old table as gone for each statement execute function audit_details_refuse_delete();
