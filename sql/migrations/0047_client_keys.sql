-- Clients that authenticate by assertions which they sign (RFC 7523 §3, OpenID Connect Core 1.0 §9).
alter table clients
  drop constraint clients_auth_method_check,
  add constraint clients_auth_method_check
    check (token_endpoint_auth_method in ('client_secret_basic', 'private_key_jwt', 'none')),
  add column jwks jsonb, -- its public keys
  add column jwks_uri text collate "C", -- where its public keys are
  add column token_endpoint_auth_signing_alg text collate "C", -- null: any that one of its keys is for
  add column token_endpoint_audience boolean not null default false, -- assertions may name the token endpoint, too
  add constraint clients_keys_check
    check ((token_endpoint_auth_method = 'private_key_jwt') = (num_nonnulls(jwks, jwks_uri) = 1)),
  add constraint clients_keys_unused_check check (
    token_endpoint_auth_method = 'private_key_jwt'
    or num_nonnulls(jwks, jwks_uri, token_endpoint_auth_signing_alg) = 0 and not token_endpoint_audience
  );
