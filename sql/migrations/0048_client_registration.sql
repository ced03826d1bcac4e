-- Who may register OAuth clients that are limited to what such clients may have.
insert into permissions (name, description, built_in) values
  ('clients:register', 'Register OAuth clients at POST /oauth/register, which get only what such clients may have', true)
on conflict (name) do update set description = excluded.description, built_in = true;
