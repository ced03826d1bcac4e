import type { Principal } from "../../vocabulary/actor.ts";
import type { Decisions, Question } from "./decisions.ts";

/** What a request says of the page that it wants. */
type PageAsked = { token?: string | undefined; limit?: number | undefined };

type SubjectSearch = {
  subject: { type: string };
  action: Question["action"];
  resource: Question["resource"];
  page?: PageAsked | undefined;
};

type ActionSearch = { subject: Question["subject"]; resource: Question["resource"]; page?: PageAsked | undefined };

/** Results, and the token of the next page, empty after the last. */
type Found<Result> = { results: Result[]; page: { next_token: string } };

type Fetch = (after: string | null, limit: number) => Promise<string[]>;

/** Reads a page of keys; a page token is good for one `list` only. */
type Pages = {
  read(
    list: string,
    query: { page_size?: number | undefined; page_token?: string | undefined },
    fetch: Fetch,
    keyOf: (key: string) => string,
  ): Promise<{ items: string[]; next_page_token?: string }>;
};

const resultsMax = 200;

export type Searches = ReturnType<typeof createSearches>;

/** What AuthZEN 1.0 means by a search. */
export function createSearches({ decisions, pages }: { decisions: Decisions; pages: Pages }) {
  return { searchSubjects, searchActions };

  /** Active users, by id. */
  async function searchSubjects(
    { subject, action, resource, page = {} }: SubjectSearch,
  ): Promise<Found<{ type: "user"; id: string }>> {
    if (subject.type !== "user") return { results: [], page: { next_token: "" } };
    const list = nameList("subjects", page, action.name, resource.type, resource.id);
    const fetch: Fetch = (after, limit) => decisions.findHolders({ action, resource }, after, limit);
    return await readPage(list, page, fetch, (id) => ({ type: "user", id }));
  }

  /** Actions, by name. @throws {Problem} `forbidden` */
  async function searchActions(
    { subject, resource, page = {} }: ActionSearch,
    caller: Principal,
  ): Promise<Found<{ name: string }>> {
    const asker = await decisions.requireMayAsk(caller, [subject]);
    const all = await decisions.findActions(subject, resource.type, asker);
    const list = nameList("actions", page, subject.id, resource.type, resource.id);
    const fetch: Fetch = (after, limit) =>
      Promise.resolve(all.filter((name) => after === null || name > after).slice(0, limit));
    return await readPage(list, page, fetch, (name) => ({ name }));
  }

  /** An empty token asks for the first page. After a page of no results, the next one begins where that did. */
  async function readPage<Result>(
    list: string,
    { token = "", limit }: PageAsked,
    fetch: Fetch,
    resultOf: (key: string) => Result,
  ): Promise<Found<Result>> {
    if (limit === 0) return { results: [], page: { next_token: token } };
    const query = { page_token: token || undefined, page_size: limit && Math.min(limit, resultsMax) };
    const { items, next_page_token = "" } = await pages.read(list, query, fetch, (key) => key);
    return { results: items.map(resultOf), page: { next_token: next_page_token } };
  }
}

/** What a page token is good for: the same search, by pages of the same length. */
function nameList(kind: string, { limit }: PageAsked, ...asked: string[]): string {
  return `${kind} ${JSON.stringify([...asked, limit])}`;
}
