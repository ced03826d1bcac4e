-- An event is kept in parts.
-- What was done stays with its event, for good. What identifies people stands apart, a part for each person, and goes
-- with that person only: the address of who acted, and the names of the user it was done to.
-- Events from before have no facts and one part for all, which goes with any of their people.
alter table audit_events add column facts jsonb, add column subject_digest bytea;

alter table audit_details add column part text collate "C" not null default 'actor'
  constraint audit_details_part_check check (part in ('actor', 'subject'));
alter table audit_details drop constraint audit_details_pkey;
alter table audit_details add primary key (event_id, part);

-- Whether the log says that the person of this part was deleted, and there is no such user.
create function audit_person_deleted(event audit_events, part text) returns boolean
  language plpgsql stable set search_path from current set enable_seqscan to off as $$
declare
  people text[] := '{}';
begin
  if part = 'actor' and event.actor_id is not null then
    people := array[event.actor_id::text];
  end if;
  if part = 'subject' or event.actor_id is null or event.facts is null then
    if event.subject_type = 'user' then
      people := people || event.subject_id;
    elsif event.subject_type = 'session' then
      people := people || array(
        select c.actor_id::text from audit_events c
        where c.subject_type = 'session' and c.subject_id = event.subject_id and c.action || '' = 'session.created'
      );
    end if;
  end if;
  return exists (
    select from audit_events d
    where d.subject_type = 'user' and d.subject_id = any (people) and d.action = 'user.deleted'
      and case when d.subject_id ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
        then not exists (select from users u where u.id = d.subject_id::uuid) end
  );
end
$$;

create or replace function audit_details_refuse_delete() returns trigger
  language plpgsql set search_path from current as $$
begin
  if exists (
    select from gone left join audit_events e on e.id = gone.event_id
    where e.id is null or not audit_person_deleted(e, gone.part)
  ) then
    raise exception 'audit_details go with their person only' using errcode = 'insufficient_privilege';
  end if;
  return null;
end
$$;

-- For a binary of before, which asks of an event as a whole.
create or replace function audit_person_deleted(event audit_events) returns boolean
  language sql stable set search_path from current as $$
  select audit_person_deleted(event, 'actor')
$$;

-- The refusals among many events of one actor, or about one subject.
create index audit_events_actor_failure_idx on audit_events (actor_id, occurred_at, id) where outcome = 'failure';
create index audit_events_subject_failure_idx on audit_events (subject_type, subject_id, occurred_at, id)
  where outcome = 'failure';
