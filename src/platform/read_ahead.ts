/** The same values, of which the next one is read while the caller works on the last. */
export async function* readAhead<T>(values: AsyncGenerator<T>): AsyncGenerator<T> {
  let next = values.next();
  try {
    for (let { done, value } = await next; !done; { done, value } = await next) {
      next = values.next();
      next.catch(() => {}); // thrown when it is awaited
      yield value;
    }
  } finally {
    await values.return(undefined);
  }
}
