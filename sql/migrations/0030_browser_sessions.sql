-- A session is held by an application with tokens, or by a browser with a cookie, whose counter moves at each sign-in.
alter table sessions
  add column kind text collate "C" not null default 'api' check (kind in ('api', 'browser')),
  add column auth_time timestamptz; -- the last sign-in
