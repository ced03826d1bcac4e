import type { MailProof } from "../../credentials/tickets/mailed_tickets.ts";
import { flowOfPath, pathOfFlow } from "../../oauth/authorize/authorization_flows.ts";
import { Problem } from "../../vocabulary/problems.ts";

/** What a browser keeps of a flow by mail between two pages. */
interface Keeping {
  cookie(name: string): string | undefined;
  setCookie(name: string, value: string, life?: { maxAgeSeconds?: number }): void;
  expireCookie(name: string): void;
  browser(): string | undefined;
}

/** The ticket of a link, and the flow that this browser asked for a code in. */
const ticketCookie = "ticket";
const flowCookie = "flow";
/** The application that the user has interrupted for the mail: the id of its flow. */
const nextCookie = "next";
const nextMaxAgeSeconds = 10 * 60;
const flowMaxAgeSeconds = 24 * 60 * 60;
const ticketMaxAgeSeconds = 60 * 60;

/** Takes the ticket out of the address, where the history and the next page could read it. */
export function keepTicket(visit: Keeping, ticket: string): void {
  if (/^[\w.~-]{1,200}$/.test(ticket)) visit.setCookie(ticketCookie, ticket, { maxAgeSeconds: ticketMaxAgeSeconds });
}

export function ticketOf(visit: Keeping): string | undefined {
  return visit.cookie(ticketCookie);
}

export function keepFlow(visit: Keeping, id: string): void {
  visit.expireCookie(ticketCookie);
  visit.setCookie(flowCookie, id, { maxAgeSeconds: flowMaxAgeSeconds });
}

/** Keeps an application's flow that this path leads to, for the sign-in after the mail. */
export function keepNext(visit: Keeping, path: string): void {
  const id = flowOfPath(path);
  if (id !== undefined) visit.setCookie(nextCookie, id, { maxAgeSeconds: nextMaxAgeSeconds });
}

/** What {@link keepNext} has kept, as the query of the sign-in. */
export function nextQuery(visit: Keeping): string {
  const id = visit.cookie(nextCookie);
  return id === undefined ? "" : `&next=${encodeURIComponent(pathOfFlow(id))}`;
}

export function hasFlow(visit: Keeping): boolean {
  return visit.cookie(flowCookie) !== undefined;
}

export function forgetMail(visit: Keeping): void {
  visit.expireCookie(ticketCookie);
  visit.expireCookie(flowCookie);
  if (visit.cookie(nextCookie) !== undefined) visit.expireCookie(nextCookie);
}

/** The code that was typed, or the link that was opened. @throws {Problem} `invalid_ticket` with neither. */
export function mailProofOf(visit: Keeping, code: string | undefined): MailProof {
  const [ticket, id, browser] = [ticketOf(visit), visit.cookie(flowCookie), visit.browser()];
  if (code && id !== undefined) return { kind: "code", id, code: code.replaceAll(/\s/g, ""), browser };
  if (ticket === undefined) throw new Problem("invalid_ticket");
  return { kind: "link", ticket, browser };
}
