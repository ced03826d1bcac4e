-- Identifiers of proofs that may be presented once (RFC 7523 §3, RFC 9449 §11.1).
-- Unlogged: they live for minutes, and a write each costs no WAL. A crash or a failover empties the table; the row with the empty key is how that is noticed.
create unlogged table used_once (
  key bytea primary key, -- SHA-256
  expires_at timestamptz not null -- of the row with the empty key: since when the table has been complete
);

create index used_once_expires_at_idx on used_once (expires_at);

insert into used_once (key, expires_at) values ('', '-infinity'); -- nothing was used before
