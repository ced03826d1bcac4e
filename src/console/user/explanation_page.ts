import type { AccessAnswer, AccessPath } from "../../access/decisions/explanations.ts";
import type { Grantor } from "../../access/grants/grants.ts";
import { attributes, type Content, html, type Markup, nothing } from "../../http/pages/markup.ts";
import { shownName } from "../../vocabulary/identifiers.ts";
import type { ConsoleVisit } from "../frame/console_desk.ts";
import { filters } from "../frame/filters.ts";
import { roleLink, wayList } from "../frame/links.ts";
import type { Dossier } from "./dossier.ts";
import { type UserTexts, userTexts } from "./user_texts.ts";

/** What was asked, as the address has it. */
export type Asked = { permission?: string | undefined; resource?: string | undefined };

/** The most roles of a chain; it has three more stops. */
const rolesInChainMax = 3;

type Stop = { kind: string; name: Content; fact: string; isBad?: boolean };

/** What the answer is drawn from. */
type Answering = { at: ConsoleVisit; t: UserTexts; name: string; dossier: Dossier; answer: AccessAnswer };

/** “May ada do this?”, and the answer with its path. */
export function askSection(at: ConsoleVisit, dossier: Dossier, asked: Asked): Markup {
  const t = userTexts[at.visit.language];
  const { user, registered, answer } = dossier;
  if (!registered) return nothing;
  const name = shownName(user);
  const answering = answer && { at, t, name, dossier, answer };
  return html`
    <section>
    <h2 id="ask">${t.ask(name)}</h2>
    ${filters(at.visit, {
      label: t.ask(name),
      action: `/console/users/${user.id}#ask`,
      button: t.check,
      fields: [
        {
          id: "permission",
          label: t.permission,
          value: asked.permission,
          placeholder: "invoice:delete",
          list: "known",
        },
        { id: "resource", label: t.resource, value: asked.resource, placeholder: "2026-1042" },
      ],
    })}
    <datalist id="known">${registered.map((each) => html`<option value="${each}"></option>`)}</datalist>
    ${answering ? answerNote(answering, asked.resource) : html`<p class="dim">${t.askAbout}</p>`}
    </section>
  `;
}

function answerNote(answering: Answering, resource: string | undefined): Markup {
  const { t, name, answer } = answering;
  const { decision, permission, paths, expired } = answer;
  const [type] = permission.split(":");
  const on = resource ? ` ${t.on} ${type} ${resource}` : ""; // text, as a tag would bring a space before the full stop
  const [path] = paths;
  if (decision && path) {
    const until = path.expires_at === null ? "" : ` ${t.until} ${dayOf(path.expires_at)}`;
    return html`<div class="note" role="status">
<p><strong class="good">${t.yes}</strong> ${t.may(name)} <code>${permission}</code>${on}${until}.</p>
${chain(t.pathTo(name, permission), stopsOf(answering, path))}
${morePaths(answering, paths.slice(1), expired)}
</div>`;
  }
  return html`<div class="note" role="status">
<p><strong class="bad">${t.no}</strong> ${t.mayNot(name)} <code>${permission}</code>${on}. ${reasonOf(answering)}</p>
${chain(t.whereItEnds(name, permission), endsOf(answering))}
${waysOut(answering)}
${morePaths(answering, [], expired.slice(1))}
</div>`;
}

function chain(label: string, stops: Stop[]): Markup {
  const rows = stops.map(({ kind, name, fact, isBad = false }) =>
    html`<li${attributes({ class: isBad && "bad" })}><small>${kind}</small><b>${name}</b><small>${fact}</small></li>`
  );
  return html`<ol class="chain" aria-label="${label}">${rows}</ol>`;
}

function userStop({ t, name, dossier: { user } }: Answering): Stop {
  const isBad = user.disabled_at !== null;
  return { kind: t.stop.user, name, fact: isBad ? t.disabledUser : t.activeUser, isBad };
}

function grantStop({ t, dossier }: Answering, { role, expires_at }: Pick<AccessPath, "role" | "expires_at">): Stop {
  const grantor = dossier.grantors?.get(role);
  const granted = dossier.user.grants.find((each) => each.role === role)?.granted_at.slice(0, 10);
  const name = grantorText(t, grantor) ?? `${t.granted} ${granted}`;
  return { kind: t.stop.grant, name, fact: expires_at === null ? t.noExpiry : t.expires(dayOf(expires_at)) };
}

function grantorText(t: UserTexts, grantor: Grantor | undefined): string | undefined {
  return grantor && t.by(grantor.name ?? (grantor.id === null ? t.noActor : t.formerUser));
}

function stopsOf(answering: Answering, path: AccessPath): Stop[] {
  const { at, t, answer: { permission } } = answering;
  const [type = ""] = permission.split(":");
  const { roles } = path;
  const last = roles.length - 1;
  const roleStops = roles.map((role, index): Stop => ({
    kind: index === 0 ? t.stop.role : t.stop.parent,
    name: roleLink(at, role),
    fact: role === "admin" ? t.holdsAll : index < last ? t.inherits(roles[index + 1]!) : t.holds(permission),
  }));
  const shown = roleStops.length <= rolesInChainMax ? roleStops : [
    roleStops[0]!,
    { kind: t.stop.parent, name: t.otherSteps(roleStops.length - 2), fact: roles.slice(1, last).join(", ") },
    roleStops[last]!,
  ];
  return [
    userStop(answering),
    grantStop(answering, path),
    ...shown,
    { kind: t.stop.permission, name: html`<code>${permission}</code>`, fact: t.anyOf(type) },
  ];
}

/** The stops up to where the path breaks, which is the last one. */
function endsOf(answering: Answering): Stop[] {
  const { at, t, answer: { missing, nearest, permission, expired, rolesGiving } } = answering;
  const user = userStop(answering);
  const lacking = (fact: string): Stop => ({
    kind: t.stop.missing,
    name: html`<code>${permission}</code>`,
    fact,
    isBad: true,
  });
  if (missing === "active_subject") return [user];
  if (missing === "permission") return [user, lacking(t.heldByNone)];
  const [ended] = expired;
  if (ended) {
    const { kind, name } = grantStop(answering, ended);
    return [user, { kind, name, fact: t.expired(dayOf(ended.expires_at!)), isBad: true }];
  }
  const heldBy = lacking(rolesGiving[0] === undefined ? t.heldByNone : t.heldBy(rolesGiving[0]));
  if (!nearest) return [user, heldBy];
  const role: Stop = { kind: t.stop.role, name: roleLink(at, nearest.role), fact: "" };
  return [user, grantStop(answering, nearest), role, heldBy];
}

function reasonOf({ t, answer: { missing, grantsChecked, expired } }: Answering): string {
  if (missing === "permission") return t.noSuchPermission;
  if (missing === "active_subject") return t.toAllowEnable;
  if (missing === "scope") return t.notYours;
  return expired[0] ? t.toAllowAgain(expired[0].role) : t.checked(grantsChecked);
}

/** What would allow it, each with its link for those who may do it. */
function waysOut(answering: Answering): Markup {
  const { at, t, name, dossier: { user }, answer } = answering;
  const { missing, expired, nearest, rolesGiving, alternatives } = answer;
  const path = `/console/users/${user.id}`;
  if (missing === "permission") {
    const links = alternatives.map((each) =>
      html`
        <a href="${path}?permission=${encodeURIComponent(each)}#ask"><code>${each}</code></a>
      `
    );
    return html`<p>${t.thereAre} ${links}</p>`;
  }
  if (missing === "active_subject") {
    return at.may("users:write") ? html`<p><a href="${path}/enable">${t.enableLink(name)}</a></p>` : nothing;
  }
  if (missing !== "grant") return nothing;
  const grantLink = (role: string, text: string) =>
    at.may("roles:grant") ? html`<a href="${path}/grant?role=${encodeURIComponent(role)}">${text}</a>` : text;
  if (expired[0]) return html`<p>${grantLink(expired[0].role, t.grantAgain)}.</p>`;
  const role = rolesGiving[0];
  if (role === undefined) return nothing;
  const isEditable = nearest && !["admin", "user"].includes(nearest.role);
  const other = isEditable ? html`, ${t.orAdd} ${roleLink(at, nearest.role)}` : nothing;
  return html`<p>${t.toAllow} ${t.grantRole(name)} ${grantLink(role, role)}${other}.</p>`;
}

function morePaths({ t, name, answer: { permission } }: Answering, paths: AccessPath[], expired: AccessPath[]): Markup {
  const count = paths.length + expired.length;
  if (count === 0) return nothing;
  const line = ({ roles }: AccessPath) => wayList([name, ...roles, html`<code>${permission}</code>`]);
  const rows = [
    ...paths.map((path) => html`<li>${line(path)} ${t.alsoAllows}</li>`),
    ...expired.map((path) => html`<li>${line(path)} ${t.expiredOn(dayOf(path.expires_at!))}</li>`),
  ];
  return html`
    <details>
      <summary>${t.morePaths(count)}</summary>
      <ul>${rows}</ul>
    </details>
  `;
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
