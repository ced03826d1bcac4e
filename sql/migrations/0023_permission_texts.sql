-- What each permission allows, in plain English.
insert into permissions (name, description, built_in)
select name, description, true from (values
  ('admin_area:enter', 'Enter the administrators'' area'),
  ('api_keys:revoke', 'Revoke the API keys of users who hold no more than you do'),
  ('decisions:evaluate', 'Ask what other users may do, and who may do something'),
  ('permissions:write', 'Register and delete the permissions of applications'),
  ('roles:grant', 'Grant and revoke roles that you hold yourself'),
  ('roles:read', 'See roles, permissions and role exclusions'),
  ('roles:write', 'Create and edit roles that give no more than you hold, and role exclusions'),
  ('service_accounts:write', 'Create service accounts, and change, disable or delete those that hold no more than you do'),
  ('sessions:revoke', 'Revoke the sessions of users who hold no more than you do'),
  ('tokens:introspect', 'Ask whether a token is valid, and what it stands for (RFC 7662)'),
  ('users:delete', 'Delete and erase users who hold no more than you do'),
  ('users:write', 'Create users, and change or disable those who hold no more than you do')
) t (name, description)
on conflict (name) do update set description = excluded.description;
