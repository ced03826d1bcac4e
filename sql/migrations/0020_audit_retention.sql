-- The details of old events may go: an event says up to which place, and is sealed before any of them is deleted.
create index audit_events_expiry_idx on audit_events (seq) where action = 'audit.details_expired';

-- The place up to which the chain says that details are expired. No event speaks of its own place or of later ones.
create function audit_expired_up_to() returns bigint
  language sql stable set search_path from current as $$
  select coalesce(max(case
      when jsonb_typeof(facts -> 'seq') <> 'number' then 0
      when (facts ->> 'seq')::numeric between 0 and seq - 1 then trunc((facts ->> 'seq')::numeric)
    end), 0)::bigint
  from audit_events where action = 'audit.details_expired' and seq is not null
$$;

create or replace function audit_details_refuse_delete() returns trigger
  language plpgsql set search_path from current as $$
declare
  expired constant bigint := audit_expired_up_to();
begin
  if exists (
    select from gone left join audit_events e on e.id = gone.event_id
    where case
      when e.id is null then true
      when e.seq <= expired then false
      else not audit_person_deleted(e, gone.part)
    end
  ) then
    raise exception 'audit_details go with their person, or once they are expired' using errcode = 'insufficient_privilege';
  end if;
  return null;
end
$$;
