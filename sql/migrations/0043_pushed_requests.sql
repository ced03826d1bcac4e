-- Clients that must push their authorization requests (RFC 9126 §6).
alter table clients add column require_pushed_authorization_requests boolean not null default false;
