/** Browsers by what only they say of themselves. The order matters: most say that they are Chrome and Safari too. */
const browsers = [
  ["Edge", /\bEdg(?:e|A|iOS)?\//],
  ["Opera", /\bOPR\//],
  ["Firefox", /\b(?:Firefox|FxiOS)\//],
  ["Chrome", /\b(?:Chrome|CriOS)\//],
  ["Safari", /\bVersion\/.*\bSafari\//],
] as const;

const systems = [
  ["iPhone", /\biPhone\b/],
  ["iPad", /\biPad\b/],
  ["Android", /\bAndroid\b/],
  ["Windows", /\bWindows\b/],
  ["macOS", /\bMac OS X\b/],
  ["Linux", /\bLinux\b/],
] as const;

/** The browser and the system of a user agent, as far as it says them; else how it begins. Undefined without one. */
export function deviceName(
  userAgent: string | null,
  inWords: (browser: string, system: string) => string,
): string | undefined {
  if (userAgent === null || userAgent === "") return undefined;
  const browser = browsers.find(([, sign]) => sign.test(userAgent))?.[0];
  const system = systems.find(([, sign]) => sign.test(userAgent))?.[0];
  if (browser !== undefined && system !== undefined) return inWords(browser, system);
  return browser ?? system ?? userAgent.split(" ")[0]!;
}
