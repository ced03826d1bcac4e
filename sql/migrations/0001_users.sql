-- Who may log in. The canonical columns decide identity; the others keep what was typed.
create table users (
  id uuid primary key,
  username text collate "C" not null,
  username_canonical text collate "C" not null constraint users_username_key unique,
  email text collate "C" not null,
  email_canonical text collate "C" not null constraint users_email_key unique,
  password_hash text collate "C" not null,
  -- What a verification costs: algorithm and parameters, without salt and digest.
  password_scheme text collate "C" generated always as (
    case
      when password_hash ~ '^\$2[aby]\$' then '$2$' || substr(password_hash, 5, 2)
      when password_hash ~ '^\$bcrypt-sha256\$' then '$2$' || lpad(substring(password_hash from 'r=(\d+)'), 2, '0')
      else substring(password_hash from '^(\$argon2id\$v=19\$[^$]+)\$')
    end
  ) stored,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  disabled_at timestamptz
);

create index users_password_scheme_idx on users (password_scheme);
