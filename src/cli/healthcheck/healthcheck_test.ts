import assert from "node:assert/strict";
import { runCommand } from "../../testing/commands.ts";
import { askReadiness } from "./healthcheck.ts";

/** Starts a server on a free port while `use` runs. */
async function serving(
  handler: (request: Request) => Response | Promise<Response>,
  use: (port: number) => Promise<void>,
  hostname = "127.0.0.1",
) {
  await using server = Deno.serve({ hostname, port: 0, onListen: () => {} }, handler);
  await use(server.addr.port);
}

const ready = () => Response.json({ status: "ready" });

Deno.test("healthcheck exits 0 when GET /readyz answers 200", async () => {
  const asked: string[] = [];
  const handler = (request: Request) => {
    asked.push(`${request.method} ${new URL(request.url).pathname}`);
    return ready();
  };
  await serving(handler, async (port) => {
    const env = { PORT: String(port) };
    assert.deepEqual(await runCommand(["healthcheck"], { env }), {
      code: 0,
      out: ["The server is ready."],
      err: [],
      asked: [],
    });
    const { code, out } = await runCommand(["healthcheck", "--json"], { env });
    assert.equal(code, 0);
    assert.deepEqual(out.map((line) => JSON.parse(line)), [{
      ready: true,
      status: 200,
      detail: "The server is ready.",
    }]);
  });
  assert.deepEqual(asked, ["GET /readyz", "GET /readyz"]);
});

Deno.test("healthcheck asks a server that listens on every interface on the loopback one", async () => {
  await serving(ready, async (port) => {
    const { code } = await runCommand(["healthcheck"], { env: { HOST: "0.0.0.0", PORT: String(port) } });
    assert.equal(code, 0);
  }, "0.0.0.0");
  await serving(ready, async (port) => {
    for (const HOST of ["::", "::1"]) {
      const { code } = await runCommand(["healthcheck"], { env: { HOST, PORT: String(port) } });
      assert.equal(code, 0);
    }
  }, "::1");
});

Deno.test("healthcheck exits 1 with the reason when the server is not ready", async () => {
  const detail = "This replica is shutting down.";
  await serving(() => Response.json({ status: 503, detail }, { status: 503 }), async (port) => {
    const env = { PORT: String(port) };
    const { code, out, err } = await runCommand(["healthcheck"], { env });
    assert.deepEqual({ code, out, err }, { code: 1, out: [], err: [`error: ${detail}`] });
    const inJson = await runCommand(["healthcheck", "--json"], { env });
    assert.equal(inJson.code, 1);
    assert.deepEqual(JSON.parse(inJson.out[0]!), { ready: false, status: 503, detail });
    assert.deepEqual(inJson.err, []);
  });
});

Deno.test("healthcheck accepts no other program on the port as a ready server", async () => {
  const others = [
    () => new Response("<h1>It works!</h1>"),
    () => Response.json(null),
    () => Response.json({}),
    () => Response.redirect("http://127.0.0.1/"),
  ];
  for (const other of others) {
    await serving(other, async (port) => {
      const { code, err } = await runCommand(["healthcheck"], { env: { PORT: String(port) } });
      assert.equal(code, 1);
      assert.match(err.join("\n"), /^error: The server is not ready: it answers with status (?:200|302)\.$/);
    });
  }
});

Deno.test("healthcheck exits 1 when no server listens, and opens no database", async () => {
  const dataDir = await Deno.makeTempDir();
  await Deno.remove(dataDir);
  const database = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  let connections = 0;
  const counting = (async () => {
    for await (const connection of database) {
      connections++;
      connection.close();
    }
  })();
  const closed = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const PORT = String(closed.addr.port);
  closed.close();
  const cluster = {
    DATABASE_URL: `postgres://ada@127.0.0.1:${database.addr.port}/app`,
    SENTINEL_SECRET: "q6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s=",
  };
  for (const env of [{ PORT, SENTINEL_DATA_DIR: dataDir }, { PORT, ...cluster }]) {
    const { code, out, err } = await runCommand(["healthcheck"], { env });
    assert.deepEqual({ code, out, err }, { code: 1, out: [], err: ["error: The server does not answer."] });
  }
  database.close();
  await counting;
  assert.equal(connections, 0);
  await assert.rejects(Deno.stat(dataDir), Deno.errors.NotFound);
});

Deno.test("healthcheck waits no longer than its limit for the answer and for its end", async () => {
  const hung = (until: Promise<void>) => until.then(ready);
  const endless = (until: Promise<void>) => {
    const start = async (controller: ReadableStreamDefaultController) => {
      controller.enqueue(new TextEncoder().encode("{"));
      await until;
    };
    return new Response(new ReadableStream({ start }));
  };
  for (const handler of [hung, endless]) {
    const { promise: until, resolve: end } = Promise.withResolvers<void>();
    await serving(() => handler(until), async (port) => {
      const health = await askReadiness({ host: "127.0.0.1", port }, 50);
      assert.deepEqual(health, { ready: false, status: null, detail: "The server does not answer." });
      end();
    });
  }
});
