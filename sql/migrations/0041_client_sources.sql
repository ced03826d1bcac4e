-- Clients that administrators did not create.
-- They registered themselves (RFC 7591), or describe themselves in a document whose URL is their client_id. Their id is
-- derived from that URL.
alter table clients
  add column source text collate "C" not null default 'admin'
    constraint clients_source_check check (source in ('admin', 'dynamic', 'document')),
  add column url text collate "C" constraint clients_url_key unique,
  add column client_uri text collate "C", -- its home page, as it says itself
  add column open_scopes boolean not null default false, -- may ask for every scope of the APIs that are open to it
  add column consents_not_before timestamptz, -- users who consented earlier are asked again
  add column last_used_at timestamptz, -- of clients of other sources: when a session of it was last used, now and then
  add constraint clients_url_check check ((source = 'document') = (url is not null)),
  -- Whatever a stranger says of itself, it gets nothing by that.
  add constraint clients_stranger_check check (
    source = 'admin'
    or not own_api and not first_party and service_user_id is null and not 'client_credentials' = any (grant_types)
  );

create index clients_strangers_idx on clients (source, coalesce(last_used_at, created_at)) where source <> 'admin';

-- Clients that administrators did not create may get tokens for it.
alter table api_resources add column open_to_dynamic boolean not null default false;

-- The time of the last use says nothing that memory holds.
create or replace function clients_notify() returns trigger language plpgsql set search_path from current as $$
begin
  if tg_op = 'DELETE' then
    delete from secrets s using old_rows o where s.owner_id = o.id;
    perform notify_change('client', array(select id::text from old_rows));
  else
    perform notify_change('client', array(
      select n.id::text from new_rows n join old_rows o using (id)
      where to_jsonb(n) - 'last_used_at' is distinct from to_jsonb(o) - 'last_used_at'
    ));
  end if;
  return null;
end
$$;

-- An API that is opened, closed or changed concerns every client that it is open to.
create or replace function api_resources_notify() returns trigger language plpgsql set search_path from current as $$
begin
  perform notify_change('client', array(
    select r.client_id::text from new_rows n join client_resources r on r.resource_id = n.id
    union
    select c.id::text from clients c
    where c.source <> 'admin' and exists (
      select from new_rows n join old_rows o using (id) where n.open_to_dynamic or o.open_to_dynamic
    )
  ));
  return null;
end
$$;

create or replace function api_resources_opened_notify() returns trigger language plpgsql set search_path from current
as $$
begin
  perform notify_change('client', array(
    select c.id::text from clients c
    where c.source <> 'admin' and exists (select from changed_rows where open_to_dynamic)
  ));
  return null;
end
$$;

drop trigger api_resources_changed on api_resources;
create trigger api_resources_changed after update on api_resources
  referencing old table as old_rows new table as new_rows for each statement execute function api_resources_notify();
create trigger api_resources_inserted after insert on api_resources
  referencing new table as changed_rows for each statement execute function api_resources_opened_notify();
create trigger api_resources_deleted after delete on api_resources
  referencing old table as changed_rows for each statement execute function api_resources_opened_notify();
