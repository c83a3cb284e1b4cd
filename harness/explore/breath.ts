/** What long work does now and then: it gives way to others, tells how far it is, and hears whether it is to end. */

/** Told how much is done, of how much; false: the work is to end. */
export type Breath = (done: number, total: number) => Promise<boolean>;

/** For work that is not watched and that nobody ends. */
export const UNWATCHED: Breath = () => Promise.resolve(true);

/** Runs what yields how much it has done of itself, from 0 to 1; undefined: it was ended before. */
export async function breathing<T>(
  work: Generator<number, T>,
  breath: (share: number) => Promise<boolean>,
): Promise<{ readonly value: T } | undefined> {
  for (;;) {
    const { done, value } = work.next();
    if (done) return { value };
    if (!(await breath(value))) return undefined;
  }
}
