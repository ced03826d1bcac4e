-- The memory of a session holds its last sign-in, and that of a user whether there is a second factor.
-- Every change of a factor moves the epoch.
create or replace function sessions_notify() returns trigger language plpgsql set search_path from current as $$
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
      where (n.revoked_at, n.expires_at, n.auth_time, n.aal) is distinct from
        (o.revoked_at, o.expires_at, o.auth_time, o.aal)
    ));
  end if;
  return null;
end
$$;

create or replace function users_notify() returns trigger language plpgsql set search_path from current as $$
begin
  if tg_op = 'DELETE' then
    perform notify_change('user', array(select id::text from old_rows));
  else
    perform notify_change('user', array(
      select n.id::text from new_rows n join old_rows o using (id)
      where (n.username, n.email, n.email_verified_at, n.disabled_at, n.credential_epoch) is distinct from
        (o.username, o.email, o.email_verified_at, o.disabled_at, o.credential_epoch)
    ));
  end if;
  return null;
end
$$;
