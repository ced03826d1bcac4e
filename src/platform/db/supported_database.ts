/** Sentinel does not work on this server or in this database, however often it is tried. */
export class UnsupportedDatabase extends Error {
  override readonly name = "UnsupportedDatabase";
}

const oldestVersion = 15;

/** @throws {UnsupportedDatabase} unless the server is new enough, and the database holds every character. */
export async function requireSupported(
  query: <Row>(text: string) => Promise<Row[]>,
): Promise<void> {
  const [server] = await query<{ major: number; encoding: string }>(
    "select current_setting('server_version_num')::int / 10000 as major, current_setting('server_encoding') as encoding",
  );
  const { major, encoding } = server!;
  if (major < oldestVersion) {
    throw new UnsupportedDatabase(
      `The server is PostgreSQL ${major}; Sentinel needs ${oldestVersion} or newer: upgrade the server.`,
    );
  }
  if (encoding !== "UTF8") {
    throw new UnsupportedDatabase(
      `The database's encoding is ${encoding}, which does not hold every name; Sentinel needs UTF8: ` +
        "create another database with \"encoding 'UTF8' template template0\".",
    );
  }
}
