-- Where an application is told that a user's session has ended (OpenID Connect Back-Channel Logout 1.0 §2.2).
alter table clients
  add column backchannel_logout_uri text collate "C",
  add column backchannel_logout_session_required boolean not null default false;

-- Which sessions have expired and nobody has been told. Rotations change none of its columns.
create index sessions_unended_idx on sessions (expires_at) where kind <> 'api' and revoked_at is null;

-- With its parent: as long as another session of the application is live there, the user is signed in.
alter table ended_sessions add column parent_id uuid;
create or replace function record_ended_session() returns trigger language plpgsql set search_path from current as $$
begin
  insert into ended_sessions
    (kind, session_id, user_id, client_id, resources, rp_sid, parent_id, expires_at, logout_pending)
  values
    (old.kind, old.id, old.user_id, old.client_id, old.resources, old.rp_sid, old.parent_id, old.expires_at,
     old.kind <> 'api');
  return null;
end
$$;
