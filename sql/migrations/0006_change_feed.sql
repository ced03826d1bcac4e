-- Tells every replica what it must forget. Logins, rotations and audit rows never notify.
create function notify_change(kind text, keys text[]) returns void
  language plpgsql set search_path from current as $$
begin
  if cardinality(keys) > 100 then
    perform pg_notify(current_schema() || '_changes', 'all');
  elsif cardinality(keys) > 0 then
    perform pg_notify(current_schema() || '_changes', kind || ' ' || array_to_string(keys, ','));
  end if;
end
$$;

create function users_notify() returns trigger language plpgsql set search_path from current as $$
begin
  if tg_op = 'DELETE' then
    perform notify_change('user', array(select id::text from old_rows));
  else
    perform notify_change('user', array(
      select n.id::text from new_rows n join old_rows o using (id)
      where (n.username, n.email, n.disabled_at) is distinct from (o.username, o.email, o.disabled_at)
    ));
  end if;
  return null;
end
$$;

create trigger users_changed after update on users
  referencing old table as old_rows new table as new_rows for each statement execute function users_notify();
create trigger users_deleted after delete on users
  referencing old table as old_rows for each statement execute function users_notify();

create function sessions_notify() returns trigger language plpgsql set search_path from current as $$
begin
  if tg_op = 'DELETE' then
    -- Of a session that goes with its user the user's own change has told.
    perform notify_change('session', array(
      select o.id::text from old_rows o join users u on u.id = o.user_id
      where o.revoked_at is null and o.expires_at > now()
    ));
  else
    perform notify_change('session', array(
      select n.id::text from new_rows n join old_rows o using (id)
      where (n.revoked_at, n.expires_at) is distinct from (o.revoked_at, o.expires_at)
    ));
  end if;
  return null;
end
$$;

create trigger sessions_changed after update on sessions
  referencing old table as old_rows new table as new_rows for each statement execute function sessions_notify();
create trigger sessions_deleted after delete on sessions
  referencing old table as old_rows for each statement execute function sessions_notify();

create function grants_notify() returns trigger language plpgsql set search_path from current as $$
begin
  if tg_op = 'DELETE' then
    -- Of a grant that goes with its user the user's own change has told.
    perform notify_change('user', array(
      select distinct o.user_id::text from old_rows o join users u on u.id = o.user_id
    ));
  elsif tg_op = 'UPDATE' then
    perform notify_change('user', array(
      select user_id::text from old_rows union select user_id::text from new_rows
    ));
  else
    -- A user born in this transaction, and so at its very time, is in nobody's memory yet.
    perform notify_change('user', array(
      select distinct n.user_id::text from new_rows n join users u on u.id = n.user_id where u.created_at <> now()
    ));
  end if;
  return null;
end
$$;

create trigger grants_inserted after insert on grants
  referencing new table as new_rows for each statement execute function grants_notify();
create trigger grants_changed after update on grants
  referencing old table as old_rows new table as new_rows for each statement execute function grants_notify();
create trigger grants_deleted after delete on grants
  referencing old table as old_rows for each statement execute function grants_notify();

create function whole_notify() returns trigger language plpgsql set search_path from current as $$
begin
  perform notify_change(tg_argv[0], array['all']);
  return null;
end
$$;

-- Row by row, so that a statement that finds nothing tells nothing; a transaction sends equal payloads once.
create trigger permissions_changed after insert or update or delete on permissions
  for each row execute function whole_notify('graph');
create trigger roles_changed after insert or update or delete on roles
  for each row execute function whole_notify('graph');
create trigger role_permissions_changed after insert or update or delete on role_permissions
  for each row execute function whole_notify('graph');
create trigger role_parents_changed after insert or update or delete on role_parents
  for each row execute function whole_notify('graph');
create trigger signing_keys_changed after insert or update or delete on signing_keys
  for each row execute function whole_notify('keys');
