import { deviceOf } from "../../vocabulary/user_agent.ts";

/** The browser and the system of a user agent, as far as it says them; else how it begins. Undefined without one. */
export function deviceName(
  userAgent: string | null,
  inWords: (browser: string, system: string) => string,
): string | undefined {
  const { browser, system } = deviceOf(userAgent);
  if (browser !== undefined && system !== undefined) return inWords(browser, system);
  return browser ?? system ?? (userAgent?.split(" ")[0] || undefined);
}
