-- Who holds a session: an application with tokens, or a browser with a cookie. The counter of a browser's session moves at
-- each sign-in; `auth_time` is the last one.
alter table sessions
  add column kind text collate "C" not null default 'api' check (kind in ('api', 'browser')),
  add column auth_time timestamptz,
  add constraint sessions_browser_check check (kind <> 'browser' or auth_time is not null);
