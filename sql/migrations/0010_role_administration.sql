-- What it takes to administer people and roles over the wire: role exclusions (NIST static separation of duty), indexes, permissions.
create table role_exclusions (
  id uuid primary key,
  description text not null default '',
  at_most int not null constraint role_exclusions_at_most_check check (at_most >= 1),
  created_at timestamptz not null default now()
);

create table role_exclusion_members (
  exclusion_id uuid not null references role_exclusions on delete cascade,
  role text collate "C" not null references roles,
  primary key (exclusion_id, role)
);

create index role_exclusion_members_role_idx on role_exclusion_members (role);
create index role_permissions_permission_idx on role_permissions (permission);
create index role_parents_parent_idx on role_parents (parent);
create index users_disabled_idx on users (username_canonical) where disabled_at is not null;

insert into permissions (name, description, built_in) values
  ('users:read', 'See users, their roles and what they may do', true),
  ('users:write', 'Make users, and change or disable those who hold no more than oneself', true),
  ('users:delete', 'Delete and erase users who hold no more than oneself', true),
  ('roles:read', 'See roles, permissions and role exclusions', true),
  ('roles:write', 'Make and edit roles and role exclusions, as far as one holds what the role gives', true),
  ('permissions:write', 'Register and delete the permissions of applications', true),
  ('decisions:evaluate', 'Ask what others may do, and who may do something', true);
