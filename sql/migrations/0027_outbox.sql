-- What is sent in the background. A row is inserted in the transaction of the change that it announces.
create table outbox (
  id uuid primary key,
  kind text collate "C" not null check (kind in ('mail', 'http')),
  payload jsonb not null, -- emptied once it is sent
  created_at timestamptz not null default now(),
  attempts integer not null default 0,
  next_attempt_at timestamptz not null default now(), -- while an attempt runs, the end of its lease
  done_at timestamptz,
  dead_at timestamptz,
  error_class text collate "C"
) with (fillfactor = 70);

create index outbox_due_idx on outbox (next_attempt_at) where done_at is null and dead_at is null;
create index outbox_ended_idx on outbox (coalesce(done_at, dead_at)) where done_at is not null or dead_at is not null;
