-- Keys that sign access tokens; the private part is encrypted under a subkey of the installation's secret.
create table signing_keys (
  kid text collate "C" primary key,
  state text not null constraint signing_keys_state_check check (state in ('next', 'active', 'retiring', 'retired')),
  public_jwk jsonb not null,
  private_key bytea not null,
  secret_id text collate "C" not null,
  created_at timestamptz not null default now(),
  activated_at timestamptz,
  retiring_at timestamptz,
  retired_at timestamptz
);

create unique index signing_keys_one_active_key on signing_keys (state) where state = 'active';
create unique index signing_keys_one_next_key on signing_keys (state) where state = 'next';
