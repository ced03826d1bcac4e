-- The events of a user are those about the user, and those about the user's sessions.
-- Only the user starts or renews a session, so the actor of such an event is its user. Others may revoke it: the facts of
-- a revocation name the user, and a revocation without facts is found by its session alone. The search has this expression.
-- The index is not partial, because the planner would not use its statistics.
create index audit_events_user_idx on audit_events (
  (case subject_type
    when 'user' then subject_id
    when 'session' then coalesce(facts ->> 'user_id', case when action <> 'session.revoked' then actor_id::text end)
  end),
  occurred_at, id
);
