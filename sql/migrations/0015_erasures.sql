-- People who were deleted and some of whose details are still to be erased: there were too many for one request.
create table audit_erasures (
  user_id uuid primary key,
  created_at timestamptz not null default now()
);

-- Called for each row, by a plan that a connection may have made while the log was short: only by the index of subjects
-- does it find a session's beginning as fast in a long one, so nothing here may be looked up by its action.
create or replace function audit_person_deleted(event audit_events) returns boolean
  language plpgsql stable set search_path from current set enable_seqscan to off as $$
declare
  people text[] := array[event.actor_id::text];
begin
  if event.subject_type = 'user' then
    people := people || event.subject_id;
  elsif event.subject_type = 'session' then
    people := people || array(
      select c.actor_id::text from audit_events c
      where c.subject_type = 'session' and c.subject_id = event.subject_id and c.action || '' = 'session.created'
    );
  end if;
  return exists (
    select from audit_events d
    where d.subject_type = 'user' and d.subject_id = any (people) and d.action = 'user.deleted'
  );
end
$$;
