-- The console, and what it shows of the server itself.
insert into permissions (name, description, built_in) values
  ('console:enter', 'Open the administrators'' console', true),
  ('system:read', 'See the settings, the mail, the signing keys, the jobs and the replicas of the server', true),
  ('system:write', 'Rotate signing keys, send mail again, and verify the audit log now', true)
on conflict (name) do update set description = excluded.description, built_in = true;
