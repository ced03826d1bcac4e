-- Applications that authenticate as themselves, and the APIs that tokens are issued for.
create table api_resources (
  id uuid primary key,
  uri text collate "C" not null constraint api_resources_uri_key unique,
  name text collate "C" not null,
  scopes text[] collate "C" not null,
  alg text collate "C" not null constraint api_resources_alg_check check (alg in ('EdDSA', 'ES256')),
  ttl_seconds integer not null constraint api_resources_ttl_check check (ttl_seconds between 60 and 86400),
  created_at timestamptz not null default now()
);

create table clients (
  id uuid primary key, -- the client_id of OAuth requests
  name text collate "C" not null,
  grant_types text[] collate "C" not null,
  scopes text[] collate "C" not null,
  own_api boolean not null, -- may get tokens for Sentinel's own API
  service_user_id uuid constraint clients_service_user_id_key unique
    constraint clients_service_user_id_fkey references users,
  created_by uuid, -- null for a command of the binary
  created_at timestamptz not null default now(),
  disabled_at timestamptz,
  tokens_not_before timestamptz, -- older tokens are refused
  constraint clients_account_check check (not 'client_credentials' = any (grant_types) or service_user_id is not null)
);

create table client_resources (
  client_id uuid references clients on delete cascade,
  resource_id uuid constraint client_resources_resource_id_fkey references api_resources,
  primary key (client_id, resource_id)
);

create index client_resources_resource_id_idx on client_resources (resource_id);

-- Why requests of a client were refused, a row for each reason. They are notes for its operator, not an audit log.
create table client_refusals (
  client_id uuid references clients on delete cascade,
  reason text collate "C",
  count integer not null,
  first_at timestamptz not null,
  last_at timestamptz not null,
  primary key (client_id, reason)
);

-- Secrets go with their client.
create function clients_notify() returns trigger language plpgsql set search_path from current as $$
begin
  if tg_op = 'DELETE' then
    delete from secrets s using old_rows o where s.owner_id = o.id;
    perform notify_change('client', array(select id::text from old_rows));
  else
    perform notify_change('client', array(select id::text from new_rows));
  end if;
  return null;
end
$$;

create function client_resources_notify() returns trigger language plpgsql set search_path from current as $$
begin
  if tg_op = 'DELETE' then
    perform notify_change('client', array(
      select distinct o.client_id::text from old_rows o join clients c on c.id = o.client_id
    ));
  else
    -- A client born in this transaction, and so at its very time, is in nobody's memory yet.
    perform notify_change('client', array(
      select distinct n.client_id::text from new_rows n join clients c on c.id = n.client_id where c.created_at <> now()
    ));
  end if;
  return null;
end
$$;

create function api_resources_notify() returns trigger language plpgsql set search_path from current as $$
begin
  perform notify_change('client', array(
    select distinct r.client_id::text from new_rows n join client_resources r on r.resource_id = n.id
  ));
  return null;
end
$$;

create or replace function secrets_notify() returns trigger language plpgsql set search_path from current as $$
begin
  if tg_op = 'UPDATE' then
    perform notify_change('session', array(
      select distinct n.owner_id::text from new_rows n join old_rows o using (id)
      where n.kind <> 'cs' and (n.hash, n.expires_at) is distinct from (o.hash, o.expires_at)
    ));
    perform notify_change('client', array(
      select distinct n.owner_id::text from new_rows n join old_rows o using (id)
      where n.kind = 'cs' and (n.hash, n.expires_at) is distinct from (o.hash, o.expires_at)
    ));
  elsif tg_op = 'INSERT' then
    -- An owner born in this transaction, and so at its very time, is in nobody's memory yet.
    perform notify_change('session', array(
      select distinct n.owner_id::text from new_rows n join api_keys k on k.id = n.owner_id where k.created_at <> now()
    ));
    perform notify_change('client', array(
      select distinct n.owner_id::text from new_rows n join clients c on c.id = n.owner_id where c.created_at <> now()
    ));
  else
    perform notify_change('session', array(
      select distinct o.owner_id::text from old_rows o join api_keys k on k.id = o.owner_id
    ));
    perform notify_change('client', array(
      select distinct o.owner_id::text from old_rows o join clients c on c.id = o.owner_id
    ));
  end if;
  return null;
end
$$;

create trigger clients_changed after update on clients
  referencing old table as old_rows new table as new_rows for each statement execute function clients_notify();
create trigger clients_deleted after delete on clients
  referencing old table as old_rows for each statement execute function clients_notify();
create trigger client_resources_inserted after insert on client_resources
  referencing new table as new_rows for each statement execute function client_resources_notify();
create trigger client_resources_deleted after delete on client_resources
  referencing old table as old_rows for each statement execute function client_resources_notify();
create trigger api_resources_changed after update on api_resources
  referencing new table as new_rows for each statement execute function api_resources_notify();

insert into permissions (name, description, built_in) values
  ('clients:read', 'See OAuth clients and why their requests were refused', true),
  ('clients:write', 'Create OAuth clients, and change or delete those that hold no more than you do', true),
  ('api_resources:read', 'See the APIs that tokens are issued for', true),
  ('api_resources:write', 'Register the APIs that tokens are issued for, change and delete them', true)
on conflict (name) do update set description = excluded.description, built_in = true;
