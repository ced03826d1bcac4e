-- Which grants count is said once: those that have not ended by the time of the statement.
create view active_grants as
select user_id, role, granted_at, expires_at from grants where expires_at is null or expires_at > statement_timestamp();
