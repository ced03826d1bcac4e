import { fileURLToPath } from "node:url";

/** Serves the page, and the script as one file. */
export async function createPages(
  settings: { issuer: string; client_id: string },
): Promise<(path: string) => Response> {
  const page = await Deno.readTextFile(new URL("index.html", import.meta.url));
  const script = await bundled(fileURLToPath(new URL("application.js", import.meta.url)));
  return (path) => {
    if (path === "/settings.json") return Response.json(settings);
    if (path === "/application.js") return new Response(script, { headers: { "content-type": "text/javascript" } });
    return new Response(page, { headers: { "content-type": "text/html" } });
  };
}

async function bundled(path: string): Promise<string> {
  const args = ["bundle", "--quiet", "--platform", "browser", path];
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), { args }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}
