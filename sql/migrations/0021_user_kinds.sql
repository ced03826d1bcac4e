-- People without a username or without an e-mail address, and service accounts.
-- A person has one of the two at least, and perhaps no password; a service account has none of these but its own name.
alter table users
  alter column username drop not null,
  alter column username_canonical drop not null,
  alter column email drop not null,
  alter column email_canonical drop not null,
  alter column password_hash drop not null,
  add column service_name text collate "C"
    constraint users_service_name_check check (service_name ~ '^[a-z][a-z0-9_-]{1,63}$'),
  add column service_description text collate "C",
  add column kind text collate "C" not null default 'person' constraint users_kind_check check (
    case kind
      when 'person' then coalesce(username, email) is not null and coalesce(service_name, service_description) is null
      when 'service' then coalesce(username, email, password_hash) is null and service_name is not null and
        service_description is not null
      else false
    end and (username is null) = (username_canonical is null) and (email is null) = (email_canonical is null)
  );

create unique index users_service_name_key on users (service_name) where kind = 'service';

-- People by the name that they have. No username contains an @, so none is also an address.
create index users_name_idx on users (coalesce(username_canonical, email_canonical)) where kind = 'person';
drop index users_disabled_idx;
create index users_disabled_idx on users (coalesce(username_canonical, email_canonical))
  where kind = 'person' and disabled_at is not null;

insert into permissions (name, description, built_in) values
  ('service_accounts:read', 'See service accounts, their roles and what they may do', true),
  ('service_accounts:write', 'Create service accounts, and change, disable or delete those that hold no more than oneself',
    true);
