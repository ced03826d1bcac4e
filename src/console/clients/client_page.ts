import { form, note } from "../../http/pages/form.ts";
import { html, type Markup, nothing } from "../../http/pages/markup.ts";
import type { Page } from "../../http/pages/page_answer.ts";
import type { ExplainedRefusal } from "../../oauth/clients/client_refusals.ts";
import type { ClientSecret } from "../../oauth/clients/client_secrets.ts";
import type { OAuthClient } from "../../oauth/clients/clients.ts";
import { listedApplication } from "../../vocabulary/clients/shown_client.ts";
import { publicClientId } from "../../vocabulary/clients/client_id.ts";
import { consoleDesk, type ConsoleVisit } from "../frame/console_desk.ts";
import { consoleTexts } from "../frame/frame_texts.ts";
import { dim, fact, state, table, timeOr } from "../frame/table.ts";
import { kindOf } from "./client_kind.ts";
import { type ClientDone, type ClientsTexts, clientsTexts } from "./clients_texts.ts";
import { explained, refusalsSection } from "./refusals_page.ts";
import { snippetsOf } from "./snippets.ts";
import { snippetsSection } from "./snippets_page.ts";
import { testSignIn } from "./test_sign_in.ts";

/** What the page of a client shows. */
export type ShownClient = {
  client: OAuthClient;
  secrets: readonly ClientSecret[];
  refusals: readonly ExplainedRefusal[];
  issuer: string;
  now: number;
  done?: ClientDone | undefined;
};

const dayMs = 86_400_000;

/** `GET /console/clients/{id}` */
export function clientPage(at: ConsoleVisit, shown: ShownClient): Page {
  const { visit } = at;
  const t = clientsTexts[visit.language];
  const { client, secrets, refusals, issuer, done } = shown;
  const name = listedApplication(client);
  const mayChange = at.may("clients:write");
  const main = html`<div class="bar"><h1>${name}</h1> ${actions(at, client, t)}</div>
${done ? note("done", "", t.done[done]) : nothing}
${testSignIn(client) ? html`<p class="dim" id="test">${t.testSignInIs}</p>` : nothing}
${failing(at, shown, t)}
${factsOf(client, consoleTexts[visit.language], t)}
${refusalsSection(visit.language, { ...client, mayChange }, refusals, t)}
${
    client.token_endpoint_auth_method === "client_secret_basic"
      ? secretsSection(at, client, secrets, shown.now, t)
      : nothing
  }
${snippetsSection(snippetsOf(client, issuer), t)}`;
  return consoleDesk(at, { section: "clients", title: name, main, crumbs: [] });
}

/** What somebody who looks for the reason of a failing sign-in should see first. */
function failing(
  { visit, may }: ConsoleVisit,
  { client, secrets, refusals, now }: ShownClient,
  t: ClientsTexts,
): Markup {
  const latest = refusals.find(({ explanation }) => explanation.failing);
  if (!latest || now - latest.last_at.getTime() > dayMs) return nothing;
  const sentences = explained(visit.language, { ...client, mayChange: may("clients:write") }, latest);
  return html`<p class="note bad" role="status"><strong>${t.fails}</strong> ${timeOr(latest.last_at, "")} UTC.
${sentences} ${outcomeOf(latest, secrets, t)} <a href="#refusals">${t.seeRefusals}</a></p>`;
}

/** Whether a secret was accepted since it was refused, which its use tells; else how one sees that it is mended. */
function outcomeOf({ explanation, last_at }: ExplainedRefusal, secrets: readonly ClientSecret[], t: ClientsTexts) {
  const uses = secrets.map(({ last_used_at }) => last_used_at ? Date.parse(last_used_at) : 0);
  const latest = Math.max(0, ...uses);
  if (!explanation.cause.startsWith("secret_") || latest <= last_at.getTime()) return t.mendedWhen;
  return html`${t.acceptedSince} ${timeOr(latest, "")} UTC.`;
}

function actions({ visit, may }: ConsoleVisit, client: OAuthClient, t: ClientsTexts): Markup {
  const path = `/console/clients/${client.id}`;
  const test = testSignIn(client);
  const isDisabled = client.disabled_at !== null;
  const deeds = html`<a class="button" href="${path}/edit">${t.edit}</a>
<a class="button" href="${path}/end-tokens">${t.endTokens}</a>
${
    isDisabled
      ? form(visit, `${path}/enable`, html`<button>${t.enable}</button>`)
      : html`<a class="button" href="${path}/disable">${t.disable}</a>`
  }
<a class="button" href="${path}/delete">${t.remove}</a>`;
  return html`<div class="actions">${
    test
      ? html`<a class="button" href="${test}" target="_blank" rel="noopener" aria-describedby="test">${t.testSignIn}</a>`
      : nothing
  }
${may("clients:write") ? deeds : nothing}</div>`;
}

function factsOf(client: OAuthClient, { none, never }: Record<"none" | "never", string>, t: ClientsTexts): Markup {
  const codes = (values: readonly string[]) => values.length === 0 ? dim(none) : html`<code>${values.join(" ")}</code>`;
  const lines = (values: readonly string[]) => values.map((value) => html`<code>${value}</code><br>`);
  const isForUsers = client.grant_types.includes("authorization_code");
  const { redirect_uris, post_logout_redirect_uris, service_account_id } = client;
  const rows = [
    fact(t.kind, t.kinds[kindOf(client)]),
    fact(t.state, client.disabled_at ? state(t.disabled, "bad") : state(t.enabled)),
    fact(t.clientId, html`<code>${publicClientId(client)}</code>`),
    ...originOf(client, never, t),
    fact(t.flows, flowsOf(client, none, t)),
    fact(
      t.authentication,
      client.token_endpoint_auth_method === "none"
        ? t.noSecret
        : html`<code>${client.token_endpoint_auth_method}</code>`,
    ),
    ...client.dpop_bound_access_tokens ? [fact(t.tokens, t.boundTokens)] : [],
    ...client.jwks_uri === null ? [] : [fact("jwks_uri", html`<code>${client.jwks_uri}</code>`)],
    ...client.jwks === null ? [] : [fact(t.keys, codes(client.jwks.keys.map(({ kid }) => kid)))],
    fact(t.scopes, codes(client.scopes)),
    fact(t.apis, apisOf(client, none, t)),
    ...isForUsers || kindOf(client) === "device"
      ? [
        fact(t.consent, client.first_party ? t.notAsked : t.asked),
        fact(t.signsWith, html`<code>${client.id_token_signed_response_alg}</code>`),
      ]
      : [],
    ...service_account_id
      ? [
        fact(
          t.serviceAccount,
          html`<a href="/console/service-accounts/${service_account_id}"><code>client-${client.id}</code></a>`,
        ),
      ]
      : [],
    ...isForUsers ? [wide(t.redirectUris, lines(redirect_uris))] : [],
    ...client.backchannel_logout_uri === null
      ? []
      : [wide(t.backchannelLogoutUri, lines([client.backchannel_logout_uri]))],
    ...post_logout_redirect_uris.length > 0 ? [wide(t.postLogoutUris, lines(post_logout_redirect_uris))] : [],
  ];
  return html`<dl class="facts">${rows}</dl>`;
}

/** Where a client comes from that no administrator created, and when it was last used. */
function originOf({ source, client_uri, last_used_at }: OAuthClient, never: string, t: ClientsTexts): Markup[] {
  if (source === "admin") return [];
  return [
    fact(t.source, t.sources[source]),
    ...client_uri === null ? [] : [fact(t.homePage, html`<code>${new URL(client_uri).host}</code>`)],
    fact(t.lastUsed, timeOr(last_used_at, never)),
  ];
}

function wide(name: string, value: Markup[]): Markup {
  return html`
    <div class="wide">
      <dt>${name}</dt>
      <dd>${value}</dd>
    </div>
  `;
}

function flowsOf({ grant_types, ...client }: OAuthClient, none: string, t: ClientsTexts): Markup | string {
  if (grant_types.length === 0) return dim(none);
  const more = [
    ...client.require_pkce ? [t.withPkce] : [],
    ...client.require_pushed_authorization_requests ? [t.withPar] : [],
  ];
  const names = grant_types.map((each) =>
    each === "authorization_code" ? [t.grants[each], ...more].join(" ") : t.grants[each] ?? each
  );
  const text = names.join(", ");
  return text[0]!.toUpperCase() + text.slice(1);
}

function apisOf({ own_api, resources }: OAuthClient, none: string, t: ClientsTexts): Markup | string {
  const names = [...own_api ? [html`${t.ownApi}`] : [], ...resources.map((uri) => html`<code>${uri}</code>`)];
  return names.length === 0 ? dim(none) : html`${names.map((each, place) => html`${place > 0 ? ", " : ""}${each}`)}`;
}

const secretsMax = 2;

function secretsSection(
  { visit, may }: ConsoleVisit,
  { id }: OAuthClient,
  secrets: readonly ClientSecret[],
  now: number,
  t: ClientsTexts,
): Markup {
  const mayChange = may("clients:write");
  const { never, action } = consoleTexts[visit.language];
  const path = `/console/clients/${id}/secrets`;
  const isFull = secrets.length >= secretsMax;
  const create = !mayChange || isFull ? nothing : html`<a class="button" href="${path}/new">${t.createSecret}</a>`;
  const rows = secrets.map((secret) =>
    html`
      <tr>
        <th scope="row"><code>snt_cs_…${secret.hint}</code></th>
        <td>${timeOr(secret.created_at, never)}</td>
        <td>${expiryOf(secret.expires_at, now, never)}</td>
        <td>${timeOr(secret.last_used_at, never)}</td>
        <td class="n">${mayChange
          ? html`<a href="${path}/revoke?secret_id=${secret.id}" aria-label="${
            t.revokeSecret(secret.hint)
          }">${t.revoke}</a>`
          : nothing}</td>
      </tr>
    `
  );
  return html`<section id="secrets">
<div class="bar"><h2 id="secrets-h">${t.secrets}</h2> ${create}</div>
${isFull ? html`<p class="dim">${t.secretsHint}</p>` : nothing}
${
    table({
      labelledBy: "secrets-h",
      caption: t.secretsAre(secrets.length),
      columns: [t.secret, t.secretCreated, t.expires, t.lastUsed, { text: action, isHidden: true }],
      rows,
    })
  }
</section>`;
}

const soonMs = 30 * dayMs;

function expiryOf(expires: Date | string | null, now: number, never: string): Markup {
  if (expires === null) return dim(never);
  const time = new Date(expires);
  const shown = timeOr(time, never);
  return time.getTime() - now < soonMs ? html`<span class="state warn">${shown}</span>` : shown;
}
