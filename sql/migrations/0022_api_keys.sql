-- Secrets of which only a hash is stored: those of API keys now, those of clients later. 256 random bits need no slow hash.
create table secrets (
  id uuid primary key,
  kind text collate "C" not null check (kind in ('pat', 'svc', 'cs')),
  owner_id uuid not null,
  hash bytea not null check (octet_length(hash) = 32), -- SHA-256 of the whole text
  hint text collate "C" not null, -- its last characters
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  last_used_at timestamptz
);

create index secrets_owner_id_idx on secrets (owner_id);

create table api_keys (
  id uuid primary key,
  user_id uuid not null references users on delete cascade,
  name text collate "C" not null,
  scopes text[] collate "C" not null,
  created_by uuid, -- null for a command of the binary
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  revoked_at timestamptz,
  last_used_at timestamptz
);

create index api_keys_user_id_idx on api_keys (user_id, id);
create index api_keys_ended_idx on api_keys (coalesce(revoked_at, expires_at));

-- Secrets go with their key. A key that goes with its user is told by the user's own change.
create function api_keys_deleted() returns trigger language plpgsql set search_path from current as $$
begin
  delete from secrets s using old_rows o where s.owner_id = o.id;
  perform notify_change('session', array(
    select o.id::text from old_rows o join users u on u.id = o.user_id where o.revoked_at is null
  ));
  return null;
end
$$;

create function api_keys_notify() returns trigger language plpgsql set search_path from current as $$
begin
  perform notify_change('session', array(
    select n.id::text from new_rows n join old_rows o using (id)
    where (n.revoked_at, n.expires_at, n.scopes) is distinct from (o.revoked_at, o.expires_at, o.scopes)
  ));
  return null;
end
$$;

create function secrets_notify() returns trigger language plpgsql set search_path from current as $$
begin
  if tg_op = 'UPDATE' then
    perform notify_change('session', array(
      select distinct n.owner_id::text from new_rows n join old_rows o using (id)
      where (n.hash, n.expires_at) is distinct from (o.hash, o.expires_at)
    ));
  elsif tg_op = 'INSERT' then
    -- A key born in this transaction, and so at its very time, is in nobody's memory yet.
    perform notify_change('session', array(
      select distinct n.owner_id::text from new_rows n join api_keys k on k.id = n.owner_id where k.created_at <> now()
    ));
  else
    perform notify_change('session', array(
      select distinct o.owner_id::text from old_rows o join api_keys k on k.id = o.owner_id
    ));
  end if;
  return null;
end
$$;

create trigger api_keys_changed after update on api_keys
  referencing old table as old_rows new table as new_rows for each statement execute function api_keys_notify();
create trigger api_keys_deleted after delete on api_keys
  referencing old table as old_rows for each statement execute function api_keys_deleted();
create trigger secrets_inserted after insert on secrets
  referencing new table as new_rows for each statement execute function secrets_notify();
create trigger secrets_changed after update on secrets
  referencing old table as old_rows new table as new_rows for each statement execute function secrets_notify();
create trigger secrets_deleted after delete on secrets
  referencing old table as old_rows for each statement execute function secrets_notify();

insert into permissions (name, description, built_in) values
  ('api_keys:read', 'See the API keys of any user', true),
  ('api_keys:revoke', 'Revoke API keys of any user, as far as one holds what that user holds', true);
