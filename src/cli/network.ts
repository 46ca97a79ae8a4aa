/** Trouble with the connection: worth another try. `code` is the system's, as ECONNREFUSED. */
export class Broken extends Error {
  constructor(
    message: string,
    readonly code = "",
  ) {
    super(message);
  }
}

/** What another try hardly mends: nobody listens there, there is no such name, or its certificate is not trusted. */
const LASTING = /^(ECONNREFUSED|ENOTFOUND)$|CERT|SIGNATURE/;
/** What none mends: fetch itself does not go there, as to a port that browsers block. Troubles of a network have codes. */
const REFUSED = "REFUSED";

/** Tries that a trouble is worth, of so many at most. */
export const triesFor = (code: string, most: number) => (code === REFUSED ? 0 : LASTING.test(code) ? Math.min(1, most) : most);

/** The promise, its network errors (fetch reports all as TypeError) as `Broken` with the reason they hide. */
export async function network<T>(promise: Promise<T>): Promise<T> {
  try {
    return await promise;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const { cause } = error as { cause?: { code?: string; message?: string } };
    throw new Broken(cause?.message || cause?.code || error.message, cause?.code ?? REFUSED);
  }
}
