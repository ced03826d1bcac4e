-- When the user proved that the address is theirs.
-- Null until then. Another address is another mailbox, so the statement that writes one clears the time.
alter table users
  add column email_verified_at timestamptz
    constraint users_email_verified_check check (email_verified_at is null or email is not null);

create or replace function users_notify() returns trigger language plpgsql set search_path from current as $$
begin
  if tg_op = 'DELETE' then
    perform notify_change('user', array(select id::text from old_rows));
  else
    perform notify_change('user', array(
      select n.id::text from new_rows n join old_rows o using (id)
      where (n.username, n.email, n.email_verified_at, n.disabled_at) is distinct from
        (o.username, o.email, o.email_verified_at, o.disabled_at)
    ));
  end if;
  return null;
end
$$;
