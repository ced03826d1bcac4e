import { html, type Markup } from "../../http/pages/markup.ts";
import type { Page } from "../../http/pages/page_answer.ts";
import { deviceName } from "../../http/pages/device_name.ts";
import { listedApplication } from "../../vocabulary/clients/shown_client.ts";
import { shownName } from "../../vocabulary/identifiers.ts";
import { type Confirmation, confirmPage } from "../frame/confirm.ts";
import type { ConsoleVisit } from "../frame/console_desk.ts";
import { userTexts } from "../user/user_texts.ts";
import { type Concerned, countedMax, type DeedName } from "./deed.ts";
import { deedTexts, type UserDeedTexts } from "./deed_texts.ts";

type Consequences = Confirmation["consequences"];

/** The most permissions that a page names. */
const namedMax = 20;

/** The page that asks before a deed, and names its effect. `wrong` was typed instead of the name. */
export function deedPage(
  at: ConsoleVisit,
  deed: DeedName,
  concerned: Concerned,
  { revision, wrong }: { revision: string; wrong?: string | undefined },
): Page {
  const t = deedTexts[at.visit.language];
  const { user, role, key } = concerned;
  const name = shownName(user);
  const path = `/console/users/${user.id}`;
  const thing = role?.name ?? key?.name ?? "";
  const { title, about, button } = t.deeds(name, thing)[deed]!;
  return confirmPage(at, {
    section: "users",
    crumbs: [{ href: path, text: name }],
    title,
    ...(about !== undefined && { about }),
    consequences: consequencesOf(at, deed, concerned),
    action: `${path}/${deed}`,
    hidden: { revision, ...(role && { role: role.name }), ...(key && { key: key.id }) },
    button,
    isDanger: !["enable", "verify-email"].includes(deed),
    keep: { href: path, text: keepText(t, deed, name, thing) },
    ...(deed === "delete" && { typed: { word: name, wrong } }),
    ...(wrong !== undefined && { status: 422 }),
  });
}

function keepText(t: UserDeedTexts, deed: DeedName, name: string, thing: string): string {
  if (deed === "revoke" || deed === "revoke-key") return t.keepThing(thing);
  if (deed === "revoke-sessions") return t.keepSessions;
  if (deed === "reset-factors") return t.keepFactors;
  if (deed === "verify-email") return t.leaveAddress;
  return deed === "enable" ? t.leaveDisabled : t.keep(name);
}

function consequencesOf(at: ConsoleVisit, deed: DeedName, concerned: Concerned): Consequences {
  const t = deedTexts[at.visit.language];
  const { user, role } = concerned;
  const path = `/console/users/${user.id}`;
  const link = (hash: string, text: string) => html`<a href="${path}#${hash}">${text}</a>`;
  const liveKeys = concerned.keys.filter(({ revoked_at }) => revoked_at === null);
  const keys = { count: Math.min(liveKeys.length, countedMax), isMore: liveKeys.length > countedMax };
  const sessions = { text: sessionsText(at, concerned), link: link("sessions", t.seeSessions) };
  const keysLink = link("keys", t.seeKeys);
  const roles = user.grants.map((grant) => grant.role);
  const rows: Record<DeedName, Consequences> = {
    disable: [{ text: t.cannotSignIn }, sessions, { text: t.keysRest(keys), link: keysLink }],
    enable: [{ text: t.canSignIn, link: link("grants", t.seeGrants) }],
    delete: [
      { text: t.grantsEnd(roles), link: link("grants", t.seeGrants) },
      sessions,
      { text: t.keysStop(keys), link: keysLink },
      { text: t.erased },
    ],
    "verify-email": [{ text: t.trusted(user.email ?? "") }],
    "revoke-sessions": [
      sessions,
      { text: t.signInAgain(concerned.hasSecondFactor) },
      { text: t.keysStay(keys), link: keysLink },
      { text: t.passwordKnown, link: html`<a href="${path}/disable">${t.disableInstead}</a>` },
    ],
    "reset-factors": [{ text: t.factorsGo }, { text: t.passwordAlone }, { text: t.mailed }],
    "revoke-key": [{ text: t.keyStops }],
    revoke: [{ text: permissionsText(t, t.loses, role?.change.permissions ?? []) }],
  };
  return rows[deed];
}

/** How many sessions end, and on which devices. */
function sessionsText(at: ConsoleVisit, { sessions }: Concerned): string {
  const t = deedTexts[at.visit.language];
  const { deviceIs, unknownDevice } = userTexts[at.visit.language];
  const count = Math.min(sessions.length, countedMax);
  const devices = new Set(
    sessions.map(({ client, user_agent }) =>
      client ? listedApplication(client) : deviceName(user_agent, deviceIs) ?? unknownDevice
    ),
  );
  const text = t.sessionsEnd({ count, isMore: sessions.length > countedMax });
  return count === 0 ? text : `${text}: ${[...devices].slice(0, 5).join(", ")}${devices.size > 5 ? "…" : ""}`;
}

/** The permissions that a change gives or takes: how many, and the first names. */
export function permissionsText(
  t: UserDeedTexts,
  sentence: (count: number) => string,
  permissions: string[],
): Markup {
  const names = permissions.slice(0, namedMax).map((name, index) =>
    html`${index > 0 ? ", " : " "}<code>${name}</code>`
  );
  const rest = permissions.length - namedMax;
  return html`${sentence(permissions.length)}${names}${rest > 0 ? ` ${t.more(rest)}` : ""}`;
}
