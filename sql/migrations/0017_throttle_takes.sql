-- The ids of the latest takes, newest first: a take whose answer was lost is given back only if it was made, and once.
alter table throttle_buckets add column takes uuid[] not null default '{}';
