import assert from "node:assert/strict";
import { contractionsOf } from "../testing/upgrades/contractions.ts";
import { nextMigration } from "../testing/upgrades/next_schema.ts";
import { migrations } from "./migrations.ts";

/**
 * Contractions that were reviewed. Those up to 0049 are older than the first release: each replaces a rule by a wider
 * one or an index by a better one, and none removes rows, or a column that is not computed from others. A later row
 * removes only what the previous release does not use any more.
 */
const reviewed: Record<string, string[]> = {
  "0012_bounded_work": ["drop index sessions_user_id_idx"],
  "0018_action_names": [
    "drop constraint permissions_name_check",
    "add constraint permissions_name_check check (name ~ '^[a-z][a-z0-9_-]{0,62}:[A-Za-z0-9][A-Za-z0-9._~/-]{0,62}$')",
  ],
  "0019_audit_parts": ["drop constraint audit_details_pkey", "add primary key (event_id, part)"],
  "0021_user_kinds": [
    "alter column username drop not null, alter column username_canonical drop not null, alter column email drop not " +
    "null, alter column email_canonical drop not null, alter column password_hash drop not null, add column " +
    'service_name text collate "C" constraint users_service_name_check check (service_name ~ ' +
    "'^[a-z][a-z0-9_-]{1,63}$'), add column service_description text collate \"C\", add column kind text collate " +
    "\"C\" not null default 'person' constraint users_kind_check check ( case kind when 'person' then " +
    "coalesce(username, email) is not null and coalesce(service_name, service_description) is null when 'service' then " +
    "coalesce(username, email, password_hash) is null and service_name is not null and service_description is not null " +
    "else false end and (username is null) = (username_canonical is null) and (email is null) = (email_canonical is null) )",
    "create unique index users_service_name_key on users (service_name) where kind = 'service'",
    "drop index users_disabled_idx",
  ],
  "0026_foreign_users": [
    "drop column password_scheme",
    'add column password_scheme text collate "C" generated always as',
    "create unique index users_external_id_key on users (external_id) where external_id is not null",
  ],
  "0028_signing_algorithms": [
    "drop index signing_keys_one_active_key, signing_keys_one_next_key",
    "create unique index signing_keys_one_active_key on signing_keys (alg) where state = 'active'",
    "create unique index signing_keys_one_next_key on signing_keys (alg) where state = 'next'",
  ],
  "0031_code_flow": [
    "drop constraint signing_keys_alg_check",
    "add constraint signing_keys_alg_check check (alg in ('EdDSA', 'ES256', 'RS256'))",
    "add constraint clients_pkce_check check (require_pkce or token_endpoint_auth_method <> 'none')",
    "drop constraint sessions_kind_check",
    "add constraint sessions_kind_check check (kind in ('api', 'browser', 'client')), add column parent_id uuid constraint " +
    "sessions_parent_id_fkey references sessions on delete cascade, add column client_id uuid constraint " +
    'sessions_client_id_fkey references clients on delete cascade, add column scope text[] collate "C", add column ' +
    'resources text[] collate "C", add column offline boolean not null default false, add column rp_sid uuid, add ' +
    "constraint sessions_client_check check ( (kind = 'client') = (scope is not null) and (kind = 'client') = " +
    "(client_id is not null) )",
  ],
  "0038_grants_by_role": ["drop index grants_role_idx"],
  "0041_client_sources": [
    "add constraint clients_url_check check ((source = 'document') = (url is not null)), add constraint " +
    "clients_stranger_check check ( source = 'admin' or not own_api and not first_party and service_user_id is null and " +
    "not 'client_credentials' = any (grant_types) )",
    "drop trigger api_resources_changed on api_resources",
  ],
  "0047_client_keys": [
    "drop constraint clients_auth_method_check, add constraint clients_auth_method_check check " +
    "(token_endpoint_auth_method in ('client_secret_basic', 'private_key_jwt', 'none')), add column jwks jsonb, add " +
    'column jwks_uri text collate "C", add column token_endpoint_auth_signing_alg text collate "C", add column ' +
    "token_endpoint_audience boolean not null default false, add constraint clients_keys_check check " +
    "((token_endpoint_auth_method = 'private_key_jwt') = (num_nonnulls(jwks, jwks_uri) = 1)), add constraint " +
    "clients_keys_unused_check check ( token_endpoint_auth_method = 'private_key_jwt' or num_nonnulls(jwks, jwks_uri, " +
    "token_endpoint_auth_signing_alg) = 0 and not token_endpoint_audience )",
  ],
  "0049_sessions_by_parent": ["drop index sessions_parent_id_idx"],
};

Deno.test("F29 no migration removes, restricts or rewrites what the previous version uses", () => {
  const first = migrations.filter(({ name }) => name <= "0011_password_schemes");
  assert.equal(first.length, 11);
  const later = migrations.slice(first.length).map(({ name, sql }) => [name, contractionsOf(sql)] as const);
  assert.deepEqual(Object.fromEntries(later.filter(([, found]) => found.length > 0)), reviewed);
});

/** Steps of a migration, and how many of their parts the previous version may not survive. */
const steps: [sql: string, contractions: number][] = [
  [nextMigration.sql, 0],
  ["create index concurrently if not exists users_created_at_idx on users (created_at)", 0],
  ['alter table users add column locale text collate "C" check (locale is not null or true)', 0],
  ["alter table users add column plan text not null default 'free', add column seen_at timestamptz", 0],
  ["create table plans (id uuid primary key, name text not null); create unique index on plans (name)", 0],
  ["insert into permissions (name, description) values ('plans:revoke', 'Revoke a plan')", 0],
  ["update users set locale = 'en'; delete from users; truncate users", 3],
  ["with old as (select id from users) delete from users using old where users.id = old.id", 1],
  ["alter table users add column seen_at timestamptz, add column locale text not null", 1],
  ["alter table users rename column username to name; alter table users rename to people", 2],
  ["alter table users alter column username type varchar(64)", 1],
  ["alter table users alter column email set not null; alter table users alter column kind drop default", 2],
  ["alter table users add constraint users_locale_check check (locale <> '')", 1],
  ["create unique index users_locale_key on users (locale)", 1],
  ["drop table devices; drop function notify_users; drop trigger users_changed on users", 3],
];

Deno.test("F29 what the previous version may not survive is found, and nothing else", () => {
  for (const [sql, contractions] of steps) assert.equal(contractionsOf(sql).length, contractions, sql);
});
