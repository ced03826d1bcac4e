/** The first code in the chain of causes, such as `SQLSTATE 42501` or `ECONNREFUSED`. */
export function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const code = codeIn(error);
  if (code === undefined) return codeOf(error.cause);
  return isState(code) ? `SQLSTATE ${code}` : code;
}

/** The code of this error, without those of its causes. */
export function codeIn(error: Error): string | undefined {
  const { code } = error as { code?: unknown };
  return typeof code === "string" && (isState(code) || /^E[A-Z]+$/.test(code)) ? code : undefined;
}

/** Whether it is an SQLSTATE (PostgreSQL Appendix A): those have a digit, unlike a system's code such as `EPIPE`. */
export function isState(code: string | undefined): boolean {
  return code !== undefined && /^(?=.*\d)[0-9A-Z]{5}$/.test(code);
}
