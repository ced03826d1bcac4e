-- Hashes that people bring along: scrypt, PBKDF2, and bcrypt over plain SHA-256. Rewrites the table.
alter table users drop column password_scheme;

alter table users add column password_scheme text collate "C" generated always as (
  case
    when password_hash ~ '^(?:bcrypt_sha256\$)?\$2[aby]\$' then '$2$' || substring(password_hash from '\$2[aby]\$(\d\d)')
    when password_hash ~ '^\$bcrypt-sha256\$' then '$2$' || lpad(substring(password_hash from '(?:r=|2[aby],)(\d+)'), 2, '0')
    else substring(password_hash from '^(\$(?:argon2id\$v=19|scrypt|pbkdf2-sha256|pbkdf2-sha512)\$[^$]+)\$')
  end
) stored;

create index users_password_scheme_idx on users (password_scheme);
