/** Where a sign-in leads without a wish. */
export const accountPath = "/account";

/** A path of a page for signed-in users, or of `/start`, which leads them on; its query in the characters of a URL. */
const ownPage = /^\/(?:account|console|consent|device|start)(?:[/?][\w\-.~!$&'()*+,;=:@%/?]*)?$/;

const lengthMax = 2_048;

/**
 * The page of this server that a sign-in leads to: the wished one, if it is one of those. Anything else, such as
 * another site, leads to the account.
 */
export function nextPath(wished: string | undefined): string {
  const isOwn = wished !== undefined && wished.length <= lengthMax && ownPage.test(wished) && !wished.includes("//");
  return isOwn ? wished : accountPath;
}
