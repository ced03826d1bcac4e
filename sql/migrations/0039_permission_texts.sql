-- What `system:write` allows: to verify the audit log takes `audit:read`.
insert into permissions (name, description, built_in) values
  ('system:write', 'Rotate and retire signing keys, and send mail again', true)
on conflict (name) do update set description = excluded.description;
