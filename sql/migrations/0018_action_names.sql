-- Actions are named as AuthZEN's callers name theirs: `GET`, `can_read_todos`, `todo.read`. Resources stay in lower case.
alter table permissions drop constraint permissions_name_check;
alter table permissions add constraint permissions_name_check
  check (name ~ '^[a-z][a-z0-9_-]{0,62}:[A-Za-z0-9][A-Za-z0-9._~/-]{0,62}$');
