import { randomBytes } from "node:crypto";

/**
 * What a client without cookies keeps of a flow that it has started: the id of its ticket, and the secret of its
 * browser.
 */
export type Flow = { id: string; browser: string };

const prefix = "snt_mf_";
const shape = /^snt_mf_([0-9a-f]{32})([\w-]{43})$/;

/** A new secret in place of a browser's cookie. */
export function createFlowBrowser(): string {
  return randomBytes(32).toString("base64url");
}

/** One text for the client to send back with the code of the mail. */
export function formatFlow({ id, browser }: Flow): string {
  return prefix + id.replaceAll("-", "") + browser;
}

/** Undefined for a text of another form. */
export function parseFlow(text: string): Flow | undefined {
  const [, hex, browser] = shape.exec(text) ?? [];
  if (hex === undefined || browser === undefined) return undefined;
  const id = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  return { id, browser };
}
