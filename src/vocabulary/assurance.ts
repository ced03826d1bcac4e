/** With how many factors a user signed in: the authentication assurance level of NIST SP 800-63B-4 §2. */
export type Aal = 1 | 2;

/** The name of the level in `acr` and `acr_values` (OpenID Connect Core 1.0 §2, RFC 9470 §3). */
export type Acr = `aal${Aal}`;

/** A sign-in, and its time in milliseconds since the epoch. */
export type SignIn = { aal: Aal; authTime: number };

export function acrOf(aal: Aal): Acr {
  return `aal${aal}`;
}

/** The level of a claim; what is no level of ours counts for the lowest. */
export function aalOf(acr: unknown): Aal {
  return acr === acrOf(2) ? 2 : 1;
}

/** What a sign-in counts for at the time `now`, in milliseconds: with a second factor for `aal2MaxSeconds`. */
export function aalAt({ aal, authTime }: SignIn, now: number, aal2MaxSeconds: number): Aal {
  return now - authTime < aal2MaxSeconds * 1_000 ? aal : 1;
}
