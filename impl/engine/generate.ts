/** Where text becomes code: the one place that evaluates what the engine has written. */

/**
 * Evaluates generated statements, which return the thing made; `context` gives values by name.
 *
 * The text never holds anything from outside but names of groups and fields, which the layout has
 * checked, and strings quoted by JSON.
 */
export function generate<T>(text: string, context: Readonly<Record<string, unknown>> = {}): T {
  const made = new Function(...Object.keys(context), `"use strict";${text}`);
  return made(...Object.values(context)) as T;
}
