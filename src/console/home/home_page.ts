import { html } from "../../http/pages/markup.ts";
import type { Page } from "../../http/pages/page_answer.ts";
import { consoleDesk, type ConsoleVisit } from "../frame/console_desk.ts";
import { homeTexts } from "./home_texts.ts";

/** `GET /console` */
export function homePage(at: ConsoleVisit): Page {
  const t = homeTexts[at.visit.language];
  return consoleDesk(at, { section: "home", title: t.title, main: html`<h1>${t.title}</h1>` });
}
