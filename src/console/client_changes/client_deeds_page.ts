import { html, nothing } from "../../http/pages/markup.ts";
import type { Page } from "../../http/pages/page_answer.ts";
import type { ClientSecret } from "../../oauth/clients/client_secrets.ts";
import type { OAuthClient } from "../../oauth/clients/clients.ts";
import { listedApplication } from "../../vocabulary/clients/shown_client.ts";
import { confirmPage } from "../frame/confirm.ts";
import type { ConsoleVisit } from "../frame/console_desk.ts";
import { changeTexts } from "./change_texts.ts";

const pathOf = ({ id }: OAuthClient) => `/console/clients/${id}`;

/** What the pages of all deeds to a client have in common. */
export const ofClient = (client: OAuthClient) => ({
  section: "clients" as const,
  crumbs: [{ href: pathOf(client), text: listedApplication(client) }],
});

/** `GET /console/clients/{id}/disable` */
export function disablePage(at: ConsoleVisit, client: OAuthClient, revision: string): Page {
  const t = changeTexts[at.visit.language];
  const { signIns, sessions, account } = t.disableEffects;
  const isForUsers = client.grant_types.includes("authorization_code");
  return confirmPage(at, {
    ...ofClient(client),
    title: t.disableTitle(client.name),
    about: t.disableAbout,
    consequences: [
      ...isForUsers ? [{ text: signIns }] : [],
      { text: sessions },
      ...client.service_account_id ? [{ text: account }] : [],
    ],
    action: `${pathOf(client)}/disable`,
    hidden: { revision },
    button: t.disable(client.name),
    keep: { href: pathOf(client), text: t.keepEnabled },
  });
}

/** `GET /console/clients/{id}/delete` */
export function removePage(
  at: ConsoleVisit,
  client: OAuthClient,
  { revision, secrets, typed }: { revision: string; secrets: readonly ClientSecret[]; typed?: string },
): Page {
  const t = changeTexts[at.visit.language];
  const effects = t.removeEffects;
  const used = secrets.flatMap(({ last_used_at }) => last_used_at ? [minuteOf(last_used_at)] : []).sort().at(-1);
  return confirmPage(at, {
    ...ofClient(client),
    ...(typed !== undefined && { status: 422 }),
    title: t.removeTitle(client.name),
    about: html`${t.removeAbout} ${t.removeOr} <a href="${pathOf(client)}/disable">${t.removeInstead}</a>.`,
    consequences: [
      ...secrets.length > 0
        ? [{
          text: effects.secrets(secrets.length),
          link: used === undefined ? nothing : html`<small>${effects.lastUsed(used)}</small>`,
        }]
        : [],
      { text: effects.sessions },
      ...client.service_account_id ? [{ text: effects.account }] : [],
    ],
    action: `${pathOf(client)}/delete`,
    hidden: { revision },
    typed: { word: client.name, wrong: typed },
    button: t.remove(client.name),
    keep: { href: pathOf(client), text: t.keepIt(client.name) },
  });
}

/** `GET /console/clients/{id}/end-tokens` */
export function endTokensPage(at: ConsoleVisit, client: OAuthClient): Page {
  const t = changeTexts[at.visit.language];
  return confirmPage(at, {
    ...ofClient(client),
    title: t.endTitle(client.name),
    about: t.endAbout,
    consequences: [{ text: t.endEffects }],
    action: `${pathOf(client)}/end-tokens`,
    hidden: {},
    button: t.end,
    keep: { href: pathOf(client), text: t.keepTokens },
  });
}

/** Day and time to the minute, in UTC. */
export function minuteOf(time: Date | string): string {
  return new Date(time).toISOString().slice(0, 16).replace("T", " ");
}
