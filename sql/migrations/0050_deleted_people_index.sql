-- Whether a person was deleted is answered by the index of deleted people, also without statistics.
-- A bitmap of other indexes would read all events about the person, for each of them.
alter function audit_person_deleted(audit_events, text) set enable_bitmapscan to off;
