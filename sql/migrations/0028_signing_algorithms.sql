-- A ring of signing keys for each algorithm: EdDSA for our own API, ES256 for the APIs of others.
alter table signing_keys add column alg text collate "C" not null default 'EdDSA'
  constraint signing_keys_alg_check check (alg in ('EdDSA', 'ES256'));

drop index signing_keys_one_active_key, signing_keys_one_next_key;
create unique index signing_keys_one_active_key on signing_keys (alg) where state = 'active';
create unique index signing_keys_one_next_key on signing_keys (alg) where state = 'next';
