-- Applications that sign users in: their addresses, what users allowed them, and their sessions.
alter table signing_keys drop constraint signing_keys_alg_check;
alter table signing_keys add constraint signing_keys_alg_check check (alg in ('EdDSA', 'ES256', 'RS256'));

-- The names are those of RFC 7591 §2 and OpenID Connect Dynamic Client Registration 1.0 §2, where they have one.
alter table clients
  add column token_endpoint_auth_method text collate "C" not null default 'client_secret_basic'
    constraint clients_auth_method_check check (token_endpoint_auth_method in ('client_secret_basic', 'none')),
  add column application_type text collate "C" not null default 'web'
    constraint clients_application_type_check check (application_type in ('web', 'native')),
  add column redirect_uris text[] collate "C" not null default '{}',
  add column post_logout_redirect_uris text[] collate "C" not null default '{}',
  add column id_token_signed_response_alg text collate "C" not null default 'RS256'
    constraint clients_id_token_alg_check check (id_token_signed_response_alg in ('RS256', 'ES256')),
  add column first_party boolean not null default false, -- users are not asked for consent
  add column require_pkce boolean not null default true,
  add column native_localhost boolean not null default false, -- any port of http://localhost, too
  add column refresh_id_token boolean not null default true,
  add constraint clients_pkce_check check (require_pkce or token_endpoint_auth_method <> 'none');

create table consents (
  user_id uuid references users on delete cascade,
  client_id uuid constraint consents_client_id_fkey references clients on delete cascade,
  scopes text[] collate "C" not null,
  resources text[] collate "C" not null,
  granted_at timestamptz not null default now(),
  primary key (user_id, client_id)
);

create index consents_client_id_idx on consents (client_id);

-- A session of kind client is what a user's sign-in in an application granted to it. Its parent is the browser's session.
alter table sessions drop constraint sessions_kind_check;
alter table sessions
  add constraint sessions_kind_check check (kind in ('api', 'browser', 'client')),
  add column parent_id uuid constraint sessions_parent_id_fkey references sessions on delete cascade,
  add column client_id uuid constraint sessions_client_id_fkey references clients on delete cascade,
  add column scope text[] collate "C",
  add column resources text[] collate "C", -- the APIs that its tokens may be for
  add column offline boolean not null default false, -- lives on when the parent ends
  add column rp_sid uuid, -- the sid of id_tokens: one for each parent and client
  add constraint sessions_client_check check (
    (kind = 'client') = (scope is not null) and (kind = 'client') = (client_id is not null)
  );

create index sessions_parent_id_idx on sessions (parent_id) where parent_id is not null;
create index sessions_client_id_idx on sessions (client_id) where client_id is not null;
