-- How often the user's credentials have changed: the password, the address, and the right to log in. A rehash is no change.
alter table users add column credential_epoch integer not null default 0;

-- What a flow remembers between two requests: a sign-in, a mailed link, an invitation. Logged, because an unlogged table
-- is empty after a crash and on a promoted standby.
create table tickets (
  id uuid primary key,
  kind text collate "C" not null,
  secret_hash bytea check (octet_length(secret_hash) = 32), -- SHA-256; null where the secret is derived from the row
  lookup text collate "C" constraint tickets_lookup_key unique, -- what it is found by besides its id
  user_id uuid references users on delete cascade,
  session_id uuid,
  client_id uuid,
  browser_hash bytea check (octet_length(browser_hash) = 32), -- SHA-256 of the secret of the browser that asked
  state text collate "C",
  attempts integer not null default 0,
  params jsonb not null default '{}',
  credential_epoch integer, -- of the user, when the ticket was issued
  expires_at timestamptz not null,
  consumed_at timestamptz
) with (fillfactor = 80);

create index tickets_user_id_idx on tickets (user_id) where user_id is not null;
create index tickets_expires_at_idx on tickets (expires_at);
