-- One login on one device; also the refresh-token family. Tokens are derived from the row, never stored in it.
create table sessions (
  id uuid primary key,
  user_id uuid not null references users on delete cascade,
  refresh_seed bytea not null,
  refresh_counter bigint not null default 0,
  secret_id text collate "C" not null,
  created_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  expires_at timestamptz not null,
  revoked_at timestamptz,
  ip text,
  user_agent text
) with (fillfactor = 80); -- leaves room for rotations to stay on their page (HOT)

create index sessions_user_id_idx on sessions (user_id);
create index sessions_expires_at_idx on sessions (expires_at);
