-- However many sessions and events one person has made, nobody waits for a walk through them.
create index sessions_network_idx on sessions (user_id, (split_part(ip, '%', 1)::inet)); -- % begins a zone
create index sessions_unrevoked_idx on sessions (user_id, id) where revoked_at is null;
drop index sessions_user_id_idx;

create index audit_events_user_deleted_idx on audit_events (subject_id)
  where action = 'user.deleted' and subject_type = 'user';
