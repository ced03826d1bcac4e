// The SDK has its types at paths without .js.
// @ts-types="@modelcontextprotocol/sdk/server/mcp"
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
// @ts-types="@modelcontextprotocol/sdk/server/webStandardStreamableHttp"
import { WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js";
import { z } from "zod";
import { type Access, createProtection, ProtectionError } from "../../../src/client/protect.ts"; // @sentinel/client/protect

/** Where Sentinel is, the URL of this server, and its credentials at Sentinel, so that revoked tokens are refused. */
export type Settings = { issuer: string; url: string; client: { id: string; secret: string } };

/** What every request needs, and what calls of some tools need. Each challenge names all that the request needs. */
const scopesOfTools: Record<string, string[]> = { list_notes: ["notes:read"], add_note: ["notes:read", "notes:write"] };

/** An MCP server that keeps notes, each user's own. Answers requests by streamable HTTP. */
export function createNotesServer({ issuer, url, client }: Settings): (request: Request) => Promise<Response> {
  const protection = createProtection({
    issuer,
    audience: url,
    check: "introspection",
    client,
    scopes: ["notes:read"],
    name: "Notes",
  });
  const notes = new Map<string, string[]>();

  return async (request) => {
    const { pathname } = new URL(request.url);
    if (pathname === protection.metadataPath) return protection.metadata();
    if (pathname !== new URL(url).pathname) return new Response(null, { status: 404 });
    if (request.method !== "POST") return new Response(null, { status: 405, headers: { allow: "POST" } });
    const message = await request.clone().json().catch(() => undefined);
    try {
      const access = await protection.authenticate(request, { scopes: scopesOf(message) });
      return await answer(request, access);
    } catch (error) {
      if (error instanceof ProtectionError) return error.response;
      throw error;
    }
  };

  /** Without sessions, and without streams of events, each request has a server of its own. */
  async function answer(request: Request, { sub }: Access): Promise<Response> {
    const server = new McpServer({ name: "notes", version: "1.0.0" });
    const own = notes.getOrInsertComputed(sub, () => []);
    const text = (said: string) => ({ content: [{ type: "text" as const, text: said }] });
    server.registerTool("list_notes", { description: "Your notes" }, () => text(own.join("\n") || "No notes"));
    server.registerTool("add_note", { description: "Add a note", inputSchema: { note: z.string() } }, ({ note }) => {
      own.push(note);
      return text("Added");
    });
    const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true });
    await server.connect(transport);
    return await transport.handleRequest(request);
  }
}

function scopesOf(message: unknown): string[] {
  const { method, params } = (message ?? {}) as { method?: string; params?: { name?: string } };
  return method === "tools/call" && scopesOfTools[params?.name ?? ""] || ["notes:read"];
}
