-- The members of a role are listed page by page, in the order of their ids.
create index grants_role_user_idx on grants (role, user_id);
drop index grants_role_idx;
