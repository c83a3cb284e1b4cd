/**
 * Overwrites secrets with zeros, in place.
 *
 * What this cannot reach (copies made by the runtime or by a library, numbers in big integers,
 * registers, swapped pages) is listed in docs/stack.md, "Secrets".
 */
export function wipe(
  ...secrets: readonly (Uint8Array | Uint32Array | Int32Array | undefined)[]
): void {
  for (const secret of secrets) secret?.fill(0);
}
