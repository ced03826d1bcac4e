/** Sentinel does not work with this server or database, and another attempt does not help. */
export class UnsupportedDatabase extends Error {
  override readonly name = "UnsupportedDatabase";
}

const oldestVersion = 15;

/** @throws {UnsupportedDatabase} unless the server is new enough and the database's encoding is UTF-8. */
export async function requireSupported(query: <Row>(text: string) => Promise<Row[]>): Promise<void> {
  const [server] = await query<{ major: number; encoding: string }>(
    "select current_setting('server_version_num')::int / 10000 as major, current_setting('server_encoding') as encoding",
  );
  const { major, encoding } = server!;
  if (major < oldestVersion) {
    throw new UnsupportedDatabase(
      `The server is PostgreSQL ${major}; Sentinel needs ${oldestVersion} or newer. Upgrade the server.`,
    );
  }
  if (encoding !== "UTF8") {
    throw new UnsupportedDatabase(
      `The database's encoding is ${encoding}, which cannot store every name; Sentinel needs UTF8. ` +
        "Create another database with \"encoding 'UTF8' template template0\".",
    );
  }
}
