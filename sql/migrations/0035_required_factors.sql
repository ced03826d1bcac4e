-- Whether holders of the role, granted or inherited, must have a second factor.
alter table roles add column mfa_required boolean not null default false;
