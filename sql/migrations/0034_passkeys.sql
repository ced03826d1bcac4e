-- Passkeys (W3C WebAuthn Level 3): the public halves of keys that authenticators of users hold.
create table passkeys (
  id uuid primary key,
  credential_id bytea not null constraint passkeys_credential_id_key unique,
  user_id uuid not null references users on delete cascade,
  public_key bytea not null, -- a COSE_Key (RFC 9052 §7)
  counter bigint not null, -- of signatures; 0 always where the authenticator counts none
  transports text[] collate "C" not null,
  device_type text collate "C" not null check (device_type in ('single_device', 'multi_device')),
  backed_up boolean not null,
  aaguid uuid not null, -- the model of the authenticator, if it says so
  name text collate "C" not null,
  rp_id text collate "C" not null, -- the domain that it is for; it works at no other
  created_at timestamptz not null default now(),
  last_used_at timestamptz,
  counter_regressed_at timestamptz, -- when the counter last did not rise: the key may have been copied
  constraint passkeys_name_key unique (user_id, name)
) with (fillfactor = 80);

-- The start looks for passkeys of another domain.
create index passkeys_rp_id_idx on passkeys (rp_id);
