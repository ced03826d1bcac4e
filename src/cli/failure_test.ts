import assert from "node:assert/strict";
import { requireSupported, UnsupportedDatabase } from "../platform/db/supported_database.ts";
import { exitCodeOf, sentencesOf } from "./failure.ts";

/** The refusal of a server with this version and encoding, if it is refused. */
async function refusalOf(major: number, encoding = "UTF8"): Promise<unknown> {
  const query = <Row>() => Promise.resolve([{ major, encoding } as Row]);
  return await requireSupported(query).then(() => undefined, (error: unknown) => error);
}

Deno.test("a server before PostgreSQL 15 is refused with 78 and the remedy, and 15 is not", async () => {
  for (const major of [9, 14]) {
    const error = await refusalOf(major);
    assert.ok(error instanceof UnsupportedDatabase);
    assert.equal(exitCodeOf(error), 78);
    const says = `The server is PostgreSQL ${major}; Sentinel needs 15 or newer. Upgrade the server.`;
    assert.deepEqual(sentencesOf(error), [says]);
  }
  for (const major of [15, 18]) assert.equal(await refusalOf(major), undefined);
});
