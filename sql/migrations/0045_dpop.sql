-- Tokens that count only with a proof of a key (RFC 9449).
alter table clients add column dpop_bound_access_tokens boolean not null default false; -- RFC 9449 §5.2

-- The key that the refresh tokens of a public client are bound to, by its thumbprint (RFC 9449 §5).
alter table sessions add column dpop_jkt text collate "C"
  constraint sessions_dpop_jkt_check check (dpop_jkt is null or kind = 'client');
