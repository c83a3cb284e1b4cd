/** Every scenario of this folder and those below it, by file. */
import { readdirSync } from 'node:fs';
import type { Scenario } from '../harness/scenario.ts';

export interface Loaded {
  readonly file: string;
  readonly scenarios: readonly Scenario[];
  /** Why the file has none; undefined: it has. */
  readonly error: unknown;
}

const here = new URL('.', import.meta.url);
async function load(file: string): Promise<Loaded> {
  try {
    const loaded = (await import(new URL(file, here).href)) as { SCENARIOS: readonly Scenario[] };
    return { file, scenarios: loaded.SCENARIOS, error: undefined };
  } catch (error) {
    return { file, scenarios: [], error };
  }
}
export const loadScenarios = (): Promise<readonly Loaded[]> =>
  Promise.all(
    readdirSync(here, { recursive: true })
      .map((name) => String(name).replaceAll('\\', '/'))
      .filter((name) => name.endsWith('.scenario.ts'))
      .sort()
      .map(load),
  );
