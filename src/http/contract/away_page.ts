import type { Page, PageAnswer } from "../pages/page_answer.ts";
import type { Success } from "./contract.ts";

/** A page, or 303 to another one, which may be of another site. Who decides to which has made sure of it. */
export function awayPage(description: string): { hidden: true; success: Success<PageAnswer> } {
  return { hidden: true, success: { kind: "html", status: 200, description, leadsAway: true } };
}

/** The page that answers a form, and may lead to another site. */
export function awayFormPage(description: string): { hidden: true; success: Success<Page> } {
  return { hidden: true, success: { kind: "html", status: 200, description, leadsAway: true } };
}
