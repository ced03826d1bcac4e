-- Hashes of every family that people bring along: what comes before the salt determines the cost. Rewrites the table.
alter table users drop column password_scheme;

alter table users
  add column password_scheme text collate "C" generated always as (
    case
      when password_hash ~ '^(?:bcrypt_sha256\$)?\$2[aby]\$' then '$2$' || substring(password_hash from '\$2[aby]\$(\d\d)')
      when password_hash ~ '^\$bcrypt-sha256\$' then '$2$' || lpad(substring(password_hash from '(?:r=|2[aby],)(\d+)'), 2, '0')
      else substring(password_hash from '^(\$[a-z][a-z0-9-]*(?:\$v=19)?\$[a-z]+=\d+(?:,[a-z]+=\d+)*)\$')
    end
  ) stored,
  -- What an account was known by in the system that it came from, by which other tables can be joined.
  add column external_id text collate "C"
    constraint users_external_id_check check (external_id is null or kind = 'person' and length(external_id) between 1 and 255);

create index users_password_scheme_idx on users (password_scheme);
create unique index users_external_id_key on users (external_id) where external_id is not null;
