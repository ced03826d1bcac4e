/** A mail as the server took it: the envelope, and the text with its headers. */
export type TakenMail = { from: string; to: string[]; source: string };

/** What the server answers to a command; `hang` answers nothing, `close` ends the connection. */
export type Answer = string | "hang" | "close";

/** Commands, `banner`, and `body` for the end of a mail, with what is answered instead of yes. */
export type Script = Partial<
  Record<"banner" | "EHLO" | "AUTH" | "MAIL" | "RCPT" | "DATA" | "body", Answer | ((mail: TakenMail) => Answer)>
>;

export type SmtpServer = Awaited<ReturnType<typeof startSmtpServer>>;

/**
 * A mail server of a test's own, which takes everything unless `script` says otherwise; over TLS with this certificate
 * and key. Without STARTTLS, which {@link startStartTls} puts in front.
 */
export function startSmtpServer(script: Script = {}, tls?: Deno.TlsCertifiedKeyPem) {
  const place = { hostname: "127.0.0.1", port: 0 };
  const listener: Deno.Listener<Deno.Conn> = tls ? Deno.listenTls({ ...place, ...tls }) : Deno.listen(place);
  const { port } = listener.addr as Deno.NetAddr;
  const mails: TakenMail[] = [];
  const commands: string[] = [];
  const connections = new Set<Deno.Conn>();
  const serving = accept();
  return {
    port,
    url: `${tls ? "smtps" : "smtp"}://127.0.0.1:${port}`,
    mails,
    commands,
    script,
    /** Ends the connections that are open, as a server that restarts does. */
    drop: () => connections.forEach(end),
    async [Symbol.asyncDispose]() {
      listener.close();
      connections.forEach(end);
      await serving;
    },
  };

  async function accept(): Promise<void> {
    const talks: Promise<void>[] = [];
    try {
      for await (const connection of listener) {
        connections.add(connection);
        talks.push(talk(connection).catch(() => {}).finally(() => end(connection)));
      }
    } catch { /* it was closed */ }
    await Promise.all(talks);
  }

  function end(connection: Deno.Conn): void {
    if (!connections.delete(connection)) return;
    connection.close();
  }

  async function talk(connection: Deno.Conn): Promise<void> {
    let mail: TakenMail = { from: "", to: [], source: "" };
    const lines = linesOf(connection);
    const say = (text: string) => connection.write(encoder.encode(`${text}\r\n`));
    const answer = async (step: keyof Script, usual: string) => {
      const scripted = script[step];
      const text = typeof scripted === "function" ? scripted(mail) : scripted ?? usual;
      if (text === "close") throw new Error("closed");
      if (text !== "hang") await say(text);
      return !/^[45]/.test(text);
    };
    await answer("banner", "220 test ESMTP");
    for await (const line of lines) {
      commands.push(line);
      const verb = line.split(/[ :]/)[0]!.toUpperCase();
      const address = /<(.*?)>/.exec(line)?.[1] ?? "";
      if (verb === "EHLO") await answer("EHLO", "250-test\r\n250-AUTH PLAIN\r\n250-SMTPUTF8\r\n250 8BITMIME");
      else if (verb === "AUTH") await answer("AUTH", "235 ok");
      else if (verb === "MAIL") await answer("MAIL", "250 ok") && (mail = { from: address, to: [], source: "" });
      else if (verb === "RCPT") await answer("RCPT", "250 ok") && mail.to.push(address);
      else if (verb === "DATA") {
        if (!await answer("DATA", "354 go on")) continue;
        for (let line = await lines.next(); !line.done && line.value !== "."; line = await lines.next()) {
          mail.source += `${line.value.replace(/^\.\./, ".")}\n`;
        }
        const taken = mail;
        if (await answer("body", "250 taken")) mails.push(taken);
      } else if (verb === "QUIT") return;
      else await say(verb === "RSET" ? "250 ok" : "502 not implemented");
    }
  }
}

const encoder = new TextEncoder();

async function* linesOf(connection: Deno.Conn): AsyncGenerator<string> {
  let rest = "";
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(16_384);
  for (let size = await connection.read(buffer); size !== null; size = await connection.read(buffer)) {
    const lines = (rest + decoder.decode(buffer.subarray(0, size), { stream: true })).split("\r\n");
    rest = lines.pop()!;
    yield* lines;
  }
}

/**
 * STARTTLS (RFC 3207) before a server over TLS: it speaks until the command, and then passes the bytes on. The server
 * has no banner.
 */
export function startStartTls({ port: inner }: SmtpServer) {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const commands: string[] = [];
  const serving = (async () => {
    for await (const connection of listener) await talk(connection).catch(() => {});
  })().catch(() => {});
  return {
    port: (listener.addr as Deno.NetAddr).port,
    commands,
    async [Symbol.asyncDispose]() {
      listener.close();
      await serving;
    },
  };

  async function talk(connection: Deno.Conn): Promise<void> {
    const say = (text: string) => connection.write(encoder.encode(`${text}\r\n`));
    await say("220 test ESMTP");
    for await (const line of linesOf(connection)) {
      commands.push(line);
      if (line === "STARTTLS") break;
      await say(/^EHLO/.test(line) ? "250-test\r\n250 STARTTLS" : "502 not implemented");
    }
    await say("220 go on");
    const server = await Deno.connect({ hostname: "127.0.0.1", port: inner });
    await Promise.allSettled([
      connection.readable.pipeTo(server.writable),
      server.readable.pipeTo(connection.writable),
    ]);
  }
}

/** The text of a mail's part of this type, decoded. */
export function partOf({ source }: TakenMail, type: "text/plain" | "text/html"): string {
  const boundary = /boundary="([^"]+)"/.exec(source)?.[1] ?? "";
  const part = source.split(`--${boundary}`).find((each) => each.includes(`Content-Type: ${type}`)) ?? "";
  const at = part.indexOf("\n\n");
  const [head, body] = [part.slice(0, at), part.slice(at + 2)];
  if (/base64/.test(head)) return new TextDecoder().decode(Uint8Array.fromBase64(body.replaceAll(/\s/g, "")));
  if (!/quoted-printable/.test(head)) return body;
  const bytes = body.replaceAll("=\n", "").replaceAll(
    /=([0-9A-F]{2})/g,
    (_, hex) => String.fromCharCode(parseInt(hex, 16)),
  );
  return new TextDecoder().decode(Uint8Array.from(bytes, (character) => character.charCodeAt(0)));
}
