/** The runtime's server with the smallest answer. */
Deno.serve({ port: Number(Deno.args[0]), onListen: () => {} }, () => new Response("hi"));
