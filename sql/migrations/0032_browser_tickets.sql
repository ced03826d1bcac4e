-- A browser gets a new secret at each sign-in, and its authorization flows go over to that.
create index tickets_authorization_idx on tickets (browser_hash) where kind = 'authorization';
