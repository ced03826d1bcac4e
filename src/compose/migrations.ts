import m0001 from "../../sql/migrations/0001_users.sql" with { type: "text" };
import m0002 from "../../sql/migrations/0002_roles.sql" with { type: "text" };
import m0003 from "../../sql/migrations/0003_sessions.sql" with { type: "text" };
import m0004 from "../../sql/migrations/0004_signing_keys.sql" with { type: "text" };
import m0005 from "../../sql/migrations/0005_audit.sql" with { type: "text" };
import m0006 from "../../sql/migrations/0006_change_feed.sql" with { type: "text" };
import m0007 from "../../sql/migrations/0007_session_permissions.sql" with { type: "text" };
import m0008 from "../../sql/migrations/0008_throttle.sql" with { type: "text" };
import m0009 from "../../sql/migrations/0009_audit_chain.sql" with { type: "text" };
import m0010 from "../../sql/migrations/0010_role_administration.sql" with { type: "text" };
import m0011 from "../../sql/migrations/0011_password_schemes.sql" with { type: "text" };
import m0012 from "../../sql/migrations/0012_bounded_work.sql" with { type: "text" };
import m0013 from "../../sql/migrations/0013_active_grants.sql" with { type: "text" };
import m0014 from "../../sql/migrations/0014_change_parts.sql" with { type: "text" };
import m0015 from "../../sql/migrations/0015_erasures.sql" with { type: "text" };
import m0016 from "../../sql/migrations/0016_rotation_answers.sql" with { type: "text" };
import m0017 from "../../sql/migrations/0017_throttle_takes.sql" with { type: "text" };
import m0018 from "../../sql/migrations/0018_action_names.sql" with { type: "text" };
import m0019 from "../../sql/migrations/0019_audit_parts.sql" with { type: "text" };
import m0020 from "../../sql/migrations/0020_audit_retention.sql" with { type: "text" };
import m0021 from "../../sql/migrations/0021_user_kinds.sql" with { type: "text" };
import m0022 from "../../sql/migrations/0022_api_keys.sql" with { type: "text" };
import m0023 from "../../sql/migrations/0023_permission_texts.sql" with { type: "text" };
import m0024 from "../../sql/migrations/0024_tickets.sql" with { type: "text" };
import m0025 from "../../sql/migrations/0025_email_verified.sql" with { type: "text" };
import m0026 from "../../sql/migrations/0026_foreign_users.sql" with { type: "text" };
import m0027 from "../../sql/migrations/0027_outbox.sql" with { type: "text" };
import m0028 from "../../sql/migrations/0028_signing_algorithms.sql" with { type: "text" };
import m0029 from "../../sql/migrations/0029_clients.sql" with { type: "text" };
import m0030 from "../../sql/migrations/0030_browser_sessions.sql" with { type: "text" };
import m0031 from "../../sql/migrations/0031_code_flow.sql" with { type: "text" };
import m0032 from "../../sql/migrations/0032_browser_tickets.sql" with { type: "text" };
import m0033 from "../../sql/migrations/0033_factors.sql" with { type: "text" };
import m0034 from "../../sql/migrations/0034_passkeys.sql" with { type: "text" };
import m0035 from "../../sql/migrations/0035_required_factors.sql" with { type: "text" };
import m0036 from "../../sql/migrations/0036_console.sql" with { type: "text" };
import m0037 from "../../sql/migrations/0037_step_up.sql" with { type: "text" };
import m0038 from "../../sql/migrations/0038_grants_by_role.sql" with { type: "text" };
import m0039 from "../../sql/migrations/0039_permission_texts.sql" with { type: "text" };
import m0040 from "../../sql/migrations/0040_audit_users.sql" with { type: "text" };
import m0041 from "../../sql/migrations/0041_client_sources.sql" with { type: "text" };
import m0042 from "../../sql/migrations/0042_used_once.sql" with { type: "text" };
import m0043 from "../../sql/migrations/0043_pushed_requests.sql" with { type: "text" };
import m0044 from "../../sql/migrations/0044_ended_sessions.sql" with { type: "text" };
import m0045 from "../../sql/migrations/0045_dpop.sql" with { type: "text" };
import m0046 from "../../sql/migrations/0046_logout_tokens.sql" with { type: "text" };
import m0047 from "../../sql/migrations/0047_client_keys.sql" with { type: "text" };
import m0048 from "../../sql/migrations/0048_client_registration.sql" with { type: "text" };
import m0049 from "../../sql/migrations/0049_sessions_by_parent.sql" with { type: "text" };
import m0050 from "../../sql/migrations/0050_deleted_people_index.sql" with { type: "text" };
import type { Migration } from "../platform/db/migrate.ts";

/** Every migration in its order; forward only, and never edited once it has shipped. */
export const migrations: readonly Migration[] = [
  { name: "0001_users", sql: m0001 },
  { name: "0002_roles", sql: m0002 },
  { name: "0003_sessions", sql: m0003 },
  { name: "0004_signing_keys", sql: m0004 },
  { name: "0005_audit", sql: m0005 },
  { name: "0006_change_feed", sql: m0006 },
  { name: "0007_session_permissions", sql: m0007 },
  { name: "0008_throttle", sql: m0008 },
  { name: "0009_audit_chain", sql: m0009 },
  { name: "0010_role_administration", sql: m0010 },
  { name: "0011_password_schemes", sql: m0011 },
  { name: "0012_bounded_work", sql: m0012 },
  { name: "0013_active_grants", sql: m0013 },
  { name: "0014_change_parts", sql: m0014 },
  { name: "0015_erasures", sql: m0015 },
  { name: "0016_rotation_answers", sql: m0016 },
  { name: "0017_throttle_takes", sql: m0017 },
  { name: "0018_action_names", sql: m0018 },
  { name: "0019_audit_parts", sql: m0019 },
  { name: "0020_audit_retention", sql: m0020 },
  { name: "0021_user_kinds", sql: m0021 },
  { name: "0022_api_keys", sql: m0022 },
  { name: "0023_permission_texts", sql: m0023 },
  { name: "0024_tickets", sql: m0024 },
  { name: "0025_email_verified", sql: m0025 },
  { name: "0026_foreign_users", sql: m0026 },
  { name: "0027_outbox", sql: m0027 },
  { name: "0028_signing_algorithms", sql: m0028 },
  { name: "0029_clients", sql: m0029 },
  { name: "0030_browser_sessions", sql: m0030 },
  { name: "0031_code_flow", sql: m0031 },
  { name: "0032_browser_tickets", sql: m0032 },
  { name: "0033_factors", sql: m0033 },
  { name: "0034_passkeys", sql: m0034 },
  { name: "0035_required_factors", sql: m0035 },
  { name: "0036_console", sql: m0036 },
  { name: "0037_step_up", sql: m0037 },
  { name: "0038_grants_by_role", sql: m0038 },
  { name: "0039_permission_texts", sql: m0039 },
  { name: "0040_audit_users", sql: m0040 },
  { name: "0041_client_sources", sql: m0041 },
  { name: "0042_used_once", sql: m0042 },
  { name: "0043_pushed_requests", sql: m0043 },
  { name: "0044_ended_sessions", sql: m0044 },
  { name: "0045_dpop", sql: m0045 },
  { name: "0046_logout_tokens", sql: m0046 },
  { name: "0047_client_keys", sql: m0047 },
  { name: "0048_client_registration", sql: m0048 },
  { name: "0049_sessions_by_parent", sql: m0049 },
  { name: "0050_deleted_people_index", sql: m0050 },
];
