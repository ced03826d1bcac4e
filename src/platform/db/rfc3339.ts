/** SQL that formats `timestamptz` as RFC 3339 in UTC, with microseconds. */
export const rfc3339 = (timestamptz: string) =>
  `to_char(${timestamptz} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
