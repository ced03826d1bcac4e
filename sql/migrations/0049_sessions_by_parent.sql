-- The sessions of a client with a parent are found by both, also without statistics, as after a restore.
create index sessions_parent_id_client_id_idx on sessions (parent_id, client_id) where parent_id is not null;
drop index sessions_parent_id_idx;
