-- NIST RBAC (INCITS 359): permissions, roles with a hierarchy, grants that may expire.
create table permissions (
  name text collate "C" primary key constraint permissions_name_check check (name ~ '^[a-z][a-z0-9_-]{0,62}:[a-z][a-z0-9_-]{0,62}$'),
  description text not null,
  built_in boolean not null default false,
  created_at timestamptz not null default now()
);

create table roles (
  name text collate "C" primary key constraint roles_name_check check (name ~ '^[a-z][a-z0-9_-]{1,63}$'),
  description text not null default '',
  built_in boolean not null default false,
  created_at timestamptz not null default now()
);

create table role_permissions (
  role text collate "C" not null references roles on delete cascade,
  permission text collate "C" not null references permissions,
  primary key (role, permission)
);

create table role_parents (
  role text collate "C" not null references roles on delete cascade,
  parent text collate "C" not null references roles,
  primary key (role, parent),
  constraint role_parents_self_check check (role <> parent)
);

create table grants (
  user_id uuid not null references users on delete cascade,
  role text collate "C" not null references roles,
  granted_at timestamptz not null default now(),
  expires_at timestamptz,
  primary key (user_id, role)
);

create index grants_role_idx on grants (role);

-- One row to lock: grants take it for share, edits of roles and parents for update.
create table role_graph (
  only_row boolean primary key default true check (only_row)
);

insert into role_graph default values;

insert into roles (name, description, built_in) values
  ('admin', 'Holds every permission, those of applications too', true),
  ('user', 'Everybody who registers', true);

insert into permissions (name, description, built_in) values
  ('admin_area:enter', 'Enter the area that only administrators see', true),
  ('roles:grant', 'Grant roles to users, as far as one holds what the role gives', true);
