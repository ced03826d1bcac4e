/** Browsers by what only they say of themselves. The order matters: most say that they are Chrome and Safari too. */
const browsers: [string, RegExp][] = [
  ["Edge", /\bEdg(?:e|A|iOS)?\//],
  ["Opera", /\bOPR\//],
  ["Firefox", /\b(?:Firefox|FxiOS)\//],
  ["Chrome", /\b(?:Chrome|CriOS)\//],
  ["Safari", /\bVersion\/.*\bSafari\//],
  ["curl", /^curl\//],
];

const systems: [string, RegExp][] = [
  ["iPhone", /\biPhone\b/],
  ["iPad", /\biPad\b/],
  ["Android", /\bAndroid\b/],
  ["Windows", /\bWindows\b/],
  ["macOS", /\bMac OS X\b/],
  ["Linux", /\bLinux\b/],
];

/** Known names only, so that the sender of a `User-Agent` (RFC 9110 §10.1.5) writes no text into what others read. */
export function deviceOf(userAgent: string | null): { browser: string | undefined; system: string | undefined } {
  const nameIn = (names: [string, RegExp][]) => names.find(([, sign]) => sign.test(userAgent ?? ""))?.[0];
  return { browser: nameIn(browsers), system: nameIn(systems) };
}
