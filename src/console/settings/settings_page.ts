import { html, type Markup, nothing } from "../../http/pages/markup.ts";
import type { Page } from "../../http/pages/page_answer.ts";
import { type Setting, type SettingLine, settings, type SettingSource } from "../../vocabulary/dictionary.ts";
import { consoleDesk, type ConsoleVisit } from "../frame/console_desk.ts";
import { filters } from "../frame/filters.ts";
import { dim, table } from "../frame/table.ts";
import { type SettingsTexts, settingsTexts } from "./settings_texts.ts";

/** The filters of the list, as its address has them. */
export type SettingsAsked = { q?: string | undefined; shown?: string | undefined };

/** `GET /console/settings` */
export function settingsPage(at: ConsoleVisit, lines: readonly SettingLine[], asked: SettingsAsked): Page {
  const t = settingsTexts[at.visit.language];
  const found = lines.filter((line) => matches(line, asked));
  const main = html`<h1>${t.title}</h1>
<p>${t.about}</p>
${
    filters(at.visit, {
      label: t.title,
      action: "/console/settings",
      fields: [
        { id: "q", label: t.search, value: asked.q, type: "search", placeholder: t.searchHint, size: 30 },
        {
          id: "shown",
          label: t.shown,
          value: asked.shown,
          options: [{ value: "", text: t.all }, { value: "given", text: t.given }],
        },
      ],
    })
  }
${
    table({
      label: t.title,
      caption: found.length === 0 ? t.noneFound : t.caption(found.length),
      columns: [t.name, t.value, t.source, t.purpose],
      rows: found.map((line) => row(line, t)),
      isProse: true,
    })
  }`;
  return consoleDesk(at, { section: "settings", title: t.title, main });
}

function matches({ setting, source }: SettingLine, { q = "", shown }: SettingsAsked): boolean {
  if (shown === "given" && source === "default") return false;
  return `${setting} ${settings[setting].about}`.toLowerCase().includes(q.trim().toLowerCase());
}

function row({ setting, value, source }: SettingLine, t: SettingsTexts): Markup {
  const { about, secret }: Setting = settings[setting];
  const shown = value === null ? dim(t.unset) : secret ? t.secret : value;
  return html`
    <tr>
      <th scope="row" lang="en"><code>${setting}</code></th>
      <td class="cut" title="${value ?? ""}">${shown}${usualOf(settings[setting], source, t)}</td>
      <td data-label="${t.source}">${sourceOf(source, t)}</td>
      <td class="say"><small lang="en">${plain(about)}</small></td>
    </tr>
  `;
}

function sourceOf(source: SettingSource, t: SettingsTexts): Markup | string {
  if (source === "default") return dim(t.byDefault);
  if (source === "environment") return t.environment;
  return html`<span title="${source.slice("file ".length)}">${t.file}</span>`;
}

/** What the value would be if it were not set, below its value. */
function usualOf({ default: usual, otherwise }: Setting, source: SettingSource, t: SettingsTexts): Markup {
  if (source === "default") return nothing;
  const text = typeof usual === "string" ? usual : otherwise === undefined ? undefined : plain(otherwise);
  const name = text === undefined ? t.unset : html`<span lang="en" title="${text}">${text}</span>`;
  return html`<br><small>${t.usually} ${name}</small>`;
}

/** The text of the documentation without its marks. */
const plain = (text: string) => text.replaceAll("`", "");
