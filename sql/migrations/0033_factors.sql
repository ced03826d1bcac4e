-- Second factors. A TOTP secret is encrypted under the installation's secret; of a recovery code the SHA-256 is stored.
create table totp_factors (
  id uuid primary key,
  user_id uuid not null references users on delete cascade,
  name text collate "C" not null,
  secret_sealed bytea not null,
  secret_id text collate "C" not null,
  created_at timestamptz not null default now(),
  confirmed_at timestamptz, -- null until a first code proves that the user has the secret
  last_step bigint not null default 0, -- the time step of the last code: one code counts once
  last_used_at timestamptz,
  failures integer not null default 0, -- wrong codes in a row; at 100 the factor rests
  constraint totp_factors_name_key unique (user_id, name)
) with (fillfactor = 80);

create table recovery_codes (
  user_id uuid references users on delete cascade,
  code_hash bytea check (octet_length(code_hash) = 32),
  used_at timestamptz,
  primary key (user_id, code_hash)
);

-- How a user signed in (RFC 8176), and with how many factors: the authentication assurance level of NIST SP 800-63B-4.
alter table sessions
  add column amr text[] collate "C" not null default '{pwd}',
  add column aal smallint not null default 1 constraint sessions_aal_check check (aal in (1, 2));
