-- What has ended before its tokens expired: a session, all tokens of an OAuth client, or its service account.
-- Verifiers of tokens read it, and applications are told by it. A row is deleted after a day, when no token can live any
-- more.
create table ended_sessions (
  -- A reader goes on from (xid, seq) of the last row whose transaction, and every one before it, has ended: rows become
  -- visible in the order of commits, but seq is drawn earlier.
  xid xid8 not null default pg_current_xact_id(),
  seq bigint generated always as identity,
  kind text collate "C" not null check (kind in ('api', 'browser', 'client', 'client_tokens', 'service_account')),
  session_id uuid,
  user_id uuid, -- also the service account
  client_id uuid,
  client_url text collate "C", -- the client_id in tokens of a client that describes itself
  resources text[] collate "C", -- the APIs that its tokens may be for
  rp_sid uuid,
  expires_at timestamptz,
  ended_at timestamptz not null default now(),
  logout_pending boolean not null default false, -- applications have not been told yet
  primary key (xid, seq),
  constraint ended_sessions_session_check check (
    (kind in ('api', 'browser', 'client')) = (session_id is not null and expires_at is not null)
  )
);

create index ended_sessions_ended_at_idx on ended_sessions (ended_at);
create index ended_sessions_pending_idx on ended_sessions (seq) where logout_pending;

-- Applications whose sessions end with that of the browser have rows of their own.
create function record_ended_session() returns trigger language plpgsql set search_path from current as $$
begin
  insert into ended_sessions (kind, session_id, user_id, client_id, resources, rp_sid, expires_at, logout_pending)
  values (old.kind, old.id, old.user_id, old.client_id, old.resources, old.rp_sid, old.expires_at, old.kind <> 'api');
  return null;
end
$$;

-- Row by row, so that a rotation queues nothing: the conditions are checked before the function would be called.
create trigger sessions_ended after update on sessions for each row
  when (old.revoked_at is null and new.revoked_at is not null) execute function record_ended_session();
create trigger sessions_gone after delete on sessions for each row
  when (old.revoked_at is null and (old.kind = 'client' or old.expires_at > now())) execute function record_ended_session();

create function record_ended_client() returns trigger language plpgsql set search_path from current as $$
begin
  insert into ended_sessions (kind, client_id, client_url, resources, ended_at)
  values (
    'client_tokens', old.id, old.url,
    array(select r.uri from client_resources m join api_resources r on r.id = m.resource_id where m.client_id = old.id),
    greatest(now(), new.tokens_not_before)
  );
  return coalesce(new, old);
end
$$;

create trigger clients_ended after update on clients for each row
  when (
    new.tokens_not_before > coalesce(old.tokens_not_before, '-infinity')
    or (old.disabled_at is null and new.disabled_at is not null)
  ) execute function record_ended_client();
-- Before, because what the client had goes with it.
create trigger clients_gone before delete on clients for each row execute function record_ended_client();

-- Of a service account that has no client there are no tokens.
create function record_ended_service_account() returns trigger language plpgsql set search_path from current as $$
begin
  insert into ended_sessions (kind, user_id, client_id, resources)
  select 'service_account', old.id, c.id,
         array(select r.uri from client_resources m join api_resources r on r.id = m.resource_id where m.client_id = c.id)
  from clients c where c.service_user_id = old.id;
  return null;
end
$$;

-- A client goes before its account does.
create trigger service_accounts_ended after update on users for each row
  when (new.kind = 'service' and old.disabled_at is null and new.disabled_at is not null)
  execute function record_ended_service_account();

-- Tokens that were issued before an API's were made to live shorter live as long as they were issued for.
alter table api_resources add column earlier_ttl_seconds integer not null default 0;
