import type { Check } from "../parameters/check.ts";

/** The most APIs of one request. */
const resourcesMax = 20;

/** Each API must be one that the client may get tokens for (RFC 8707 §2). */
export const resource: Check = ({ resources }, client, issuer) => {
  if (resources.length > resourcesMax) {
    return { error: "invalid_target", description: `at most ${resourcesMax} resources` };
  }
  const isAllowed = (uri: string) => uri === issuer ? client.own_api : client.resources.has(uri);
  const place = resources.findIndex((uri) => !isAllowed(uri));
  if (place < 0) return undefined;
  const which = resources.length > 1 ? `resource ${place + 1}` : "the resource";
  return { error: "invalid_target", description: `${which} is not an API that the client may get tokens for` };
};
