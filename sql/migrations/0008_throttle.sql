-- How much of its allowance each address and account has used. Unlogged: a crash forgives everybody, and costs no WAL.
create unlogged table throttle_buckets (
  -- HMAC of what is counted; neither addresses nor names are kept.
  key bytea primary key,
  -- Theoretical arrival time of the generic cell rate algorithm (ITU-T I.371): the bucket is empty once it has passed.
  full_until timestamptz not null
);

create index throttle_buckets_full_until_idx on throttle_buckets (full_until);
