/** RFC 8628 §3.4 */
export const deviceGrant = "urn:ietf:params:oauth:grant-type:device_code";

/** The grant types that clients may be registered for (RFC 7591 §2). */
export const clientGrantTypes = ["authorization_code", "refresh_token", "client_credentials", deviceGrant] as const;

/** Whether users sign in to a client with these: on a page that it leads to, or from another device. */
export function signsUsersIn(grantTypes: readonly string[]): boolean {
  return grantTypes.includes("authorization_code") || grantTypes.includes(deviceGrant);
}
