-- What `system:write` allows: to verify the audit log takes `audit:read`.
update permissions set description = 'Rotate and retire signing keys, and send mail again' where name = 'system:write';
