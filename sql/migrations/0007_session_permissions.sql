-- Permissions of those who look after other people's sessions, and of services that ask what a token is worth.
insert into permissions (name, description, built_in) values
  ('sessions:read', 'See the sessions of any user', true),
  ('sessions:revoke', 'End sessions of any user, as far as one holds what that user holds', true),
  ('tokens:introspect', 'Ask what a token is worth (RFC 7662)', true);
