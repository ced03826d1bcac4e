/** The same answer without its body, but with its length (RFC 9110 §8.6, §9.3.2). */
export async function withoutBody(answer: Response | Promise<Response>): Promise<Response> {
  const { status, headers, body } = await answer;
  if (!body) return await answer;
  let length = 0;
  for await (const piece of body) length += piece.length;
  headers.set("content-length", String(length));
  return new Response(null, { status, headers });
}
