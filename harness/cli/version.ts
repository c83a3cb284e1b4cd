import { readFileSync } from 'node:fs';

/** The version of this package: of the checkout, or of what was installed. */
export function version(): string {
  const path = new URL('../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(path, 'utf8')) as { readonly version: string }).version;
}
