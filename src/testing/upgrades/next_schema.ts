import type { Migration } from "../../platform/db/migrate.ts";

/** What a later version may do to the tables that every request uses: it only adds. This version does not know it. */
export const nextMigration: Migration = {
  name: "9999_devices",
  sql: `-- Devices, of a version that does not exist.
    alter table users add column locale text, add column plan text not null default 'free';
    alter table sessions add column platform text, add column trusted boolean not null default false;
    alter table clients add column homepage text;
    alter table grants add column reason text;
    alter table roles add column colour text not null default 'grey';
    alter table tickets add column platform text;
    create table devices (id uuid primary key, user_id uuid not null references users on delete cascade);
    create index devices_user_id_idx on devices (user_id);
    insert into permissions (name, description, built_in) values ('devices:read', 'See devices', true);`,
};
