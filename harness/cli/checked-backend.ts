/**
 * Whether what a module exports is a backend that can be run.
 *
 * TypeScript finds most of this in an editor, but a module is loaded without its types being looked at. The first mistake is a
 * UsageError that names rule, case and node; whatever passes here, no run of the backend throws.
 */
import {
  type AnySignature,
  type Backend,
  type EffectNode,
  type GuardNode,
  PARTIES,
  type Rule,
} from '../../model/author.ts';
import { CLAUSES } from '../../model/clauses.ts';
import { FACETS, PCI_FACETS } from '../../model/fields.ts';
import { COMMON_RULES } from '../../model/rules/index.ts';
import { INDEX_SORTS, LITERALS } from '../../model/sorts.ts';
import { BASE } from '../../model/vendors/base.ts';
import { SIGNATURES } from '../../model/words/index.ts';
import { READINGS, SCHEMA } from '../../model/world.ts';
import { UsageError } from '../errors.ts';
import { isWellFormed } from '../well-formed.ts';
import { hintFor } from './pick.ts';
import { suggest } from './suggest.ts';

type Fields = Readonly<Record<string, unknown>>;
/** The roles on offer where a node stands, with their sorts. */
type Offer = Readonly<Record<string, string>>;

const SORTS: readonly string[] = [...INDEX_SORTS, ...Object.keys(LITERALS)];
const ROLES = ['progress', 'optional', 'hostile', 'neutral'];
/** Every name that a word may be given as a parameter. */
const PARAMETERS: readonly string[] = [
  ...Object.values(LITERALS).flat(),
  ...Object.values(SCHEMA).flatMap((g) =>
    Object.values(g.fields).flatMap((f) => (f.kind === 'oneOf' ? f.values : [])),
  ),
  ...Object.entries(READINGS).flatMap(([name, values]) => [name, ...values]),
].map(String);
/** Properties know the commands of a TSM by it. */
const RULE_ID = /^tsm(\.[a-z0-9]+(-[a-z0-9]+)*)+$/;
const BACKEND_ID = /^[a-z0-9]+(-[a-z0-9]+)*$/;

const isRecord = (x: unknown): x is Fields =>
  typeof x === 'object' && x !== null && !Array.isArray(x);
const shown = (x: unknown): string => {
  if (typeof x === 'function') return 'a function';
  if (Array.isArray(x)) return 'a list';
  return isRecord(x) ? 'a record' : String(JSON.stringify(x));
};
/** Where it is not so: what is wrong, in which place, what was expected. */
function demand(ok: boolean, what: string, place: string, expected: string): asserts ok {
  if (!ok) throw new UsageError(what, `in ${place}`, expected);
}
const textIn = (x: Fields, key: string, place: string): string => {
  const value = x[key];
  const ok = typeof value === 'string' && value !== '';
  demand(ok, `“${key}” is ${shown(value)}`, place, 'expected a text');
  return value as string;
};
const listIn = (x: Fields, key: string, place: string, maker: string): readonly unknown[] => {
  const value = x[key];
  demand(Array.isArray(value), `“${key}” is ${shown(value)}`, place, `expected a list; ${maker}`);
  return value as readonly unknown[];
};
/** The listing that shows all names of a kind. */
const LISTED: Readonly<Record<string, string>> = {
  facet: 'facets',
  clause: 'clauses',
  reading: 'readings',
  'rule of base': 'rules --backend base',
};
/** Each is one of some known names. */
function demandNames(
  kind: string,
  names: readonly unknown[],
  known: readonly string[],
  place: string,
): void {
  const wrong = names.find((n) => !known.includes(n as string));
  demand(
    wrong === undefined && !names.includes(undefined),
    `no ${kind} is called ${shown(wrong)}`,
    place,
    typeof wrong === 'string'
      ? hintFor(wrong, known, `npx tdicheck list ${LISTED[kind] ?? 'words'}`)
      : 'expected a name',
  );
}

/** The backend itself, once it is known to be one. */
export function checkedBackend(x: unknown, file: string): Backend {
  demand(isRecord(x), `the backend is ${shown(x)}`, file, 'expected backend(id, { … })');
  const id = textIn(x, 'id', file);
  const expected = 'expected lower-case words with hyphens between them, such as my-tsm';
  demand(BACKEND_ID.test(id), `the backend’s id is “${id}”`, file, expected);
  const maker = 'backend(id, { … }) makes the record';
  for (const key of ['title', 'says']) textIn(x, key, file);
  demandNames('clause', listIn(x, 'clauses', file, maker), Object.keys(CLAUSES), file);
  const facets = checkFacets(x.facets, file);
  checkFixes(x.fixes, file);
  const seen = new Set<string>();
  for (const rule of listIn(x, 'rules', file, maker)) checkRule(rule, file, seen, facets);
  return x as unknown as Backend;
}

/** The facets of the backend's world. */
function checkFacets(x: unknown, file: string): readonly string[] {
  if (x === undefined) return PCI_FACETS;
  const place = `${file}, facets`;
  demand(
    Array.isArray(x) && x.length > 0,
    `“facets” is ${Array.isArray(x) ? 'empty' : shown(x)}`,
    file,
    "expected a list such as [...PCI_FACETS, 'ap'], or nothing: then it is PCI_FACETS",
  );
  demandNames('facet', x, Object.keys(FACETS), place);
  const twice = x.find((f, i) => x.indexOf(f) !== i);
  demand(twice === undefined, `facet ${shown(twice)} is there twice`, place, 'expected it once');
  return x as readonly string[];
}
/** The readings that the backend fixes. */
function checkFixes(x: unknown, file: string): void {
  if (x === undefined) return;
  demand(
    isRecord(x),
    `“fixes” is ${shown(x)}`,
    file,
    "expected readings with their values, such as { autoErrorExit: 'no' }",
  );
  const place = `${file}, fixes`;
  demandNames('reading', Object.keys(x), Object.keys(READINGS), place);
  for (const [name, value] of Object.entries(x)) {
    const values: readonly unknown[] = READINGS[name as keyof typeof READINGS];
    demand(
      values.includes(value),
      `the reading ${name} has no value ${shown(value)}`,
      place,
      `expected ${values.join(' or ')}`,
    );
  }
}
/** The rule of base that a rule is known as: properties read that rule's roles. */
function checkAs(as: unknown, over: Offer, place: string): void {
  if (as === undefined) return;
  const where = `${place}, as`;
  demandNames('rule of base', [as], ids(BASE.rules), where);
  const original = BASE.rules.find((r) => r.id === as);
  for (const [role, sort] of Object.entries<string>(original?.over ?? {}))
    demand(
      over[role] === sort,
      over[role] === undefined
        ? `${as} has a role “${role}”, and this rule has none`
        : `${as} is over ${role} as a ${sort}, and this rule over a ${over[role]}`,
      where,
      `expected ${role}: '${sort}' in over: properties of ${as} read it`,
    );
}
const ids = (rules: readonly Rule[]): readonly string[] => rules.map((r) => r.id);

function checkRule(x: unknown, file: string, seen: Set<string>, facets: readonly string[]): void {
  const maker = 'rule(id, { … }) makes the record';
  demand(isRecord(x), `a rule is ${shown(x)}`, file, `expected a record; ${maker}`);
  const id = textIn(x, 'id', `${file}, a rule`);
  const place = `${file}, rule ${id}`;
  const isCommon = COMMON_RULES.some((r) => r.id === id);
  demand(!isCommon, `${id} is a common rule already`, place, 'expected an id of its own');
  demand(!seen.has(id), `there are two rules ${id}`, place, 'expected ids of their own');
  seen.add(id);
  const why = 'expected tsm. and lower-case words, such as tsm.bind: commands are known by it';
  demand(RULE_ID.test(id), `a rule of a backend is called “${id}”`, place, why);

  textIn(x, 'says', place);
  demandNames('party', [x.by], PARTIES, place);
  demandNames('role', [x.role], ROLES, place);
  demandNames('clause', listIn(x, 'clauses', place, maker), Object.keys(CLAUSES), place);
  checkRuleFacets(listIn(x, 'facets', place, maker), facets, place);
  const { over } = x;
  demand(isRecord(over), `“over” is ${shown(over)}`, place, "expected roles: { tdi: 'Tdi' } or {}");
  demandNames('sort', Object.values(over), SORTS, `${place}, over`);
  const offer = over as Offer;
  checkAs(x.as, offer, place);
  if (x.instead !== undefined)
    demandNames('common rule', [x.instead], ids(COMMON_RULES), `${place}, instead`);
  listIn(x, 'leanings', place, maker);
  for (const g of listIn(x, 'sensible', place, maker)) checkGuard(g, offer, `${place}, sensible`);
  checkCases(listIn(x, 'cases', place, maker), offer, place);
  demandWellFormed(x as unknown as Rule, place);
}

/** A rule that needs what the backend's world has not would never exist; one that names nothing needs core. */
function checkRuleFacets(own: readonly unknown[], facets: readonly string[], place: string): void {
  demandNames('facet', own, Object.keys(FACETS), place);
  const needed: readonly unknown[] = own.length === 0 ? ['core'] : own;
  const off = needed.find((f) => !facets.includes(f as string));
  demand(
    off === undefined,
    `the rule needs facet ${String(off)}, which this backend’s world has not`,
    place,
    `expected facets among ${facets.join(', ')}${own.length === 0 ? '; a rule that names none needs core' : ''}`,
  );
}

function checkCases(cases: readonly unknown[], offer: Offer, place: string): void {
  const names = new Set<string>();
  for (const [i, c] of cases.entries()) {
    const maker = 'accepted, refused and dropped make cases';
    demand(isRecord(c), `case ${i + 1} is ${shown(c)}`, place, `expected a case; ${maker}`);
    const name = textIn(c, 'name', `${place}, case ${i + 1}`);
    const here = `${place}, case “${name}”`;
    demand(
      !names.has(name),
      `two cases are called “${name}”`,
      place,
      'expected names of their own',
    );
    names.add(name);
    checkOutcome(c.outcome, here);
    const guards = listIn(c, 'guards', here, maker);
    for (const [n, g] of guards.entries()) checkGuard(g, offer, `${here}, guard ${n + 1}`);
    for (const [n, e] of listIn(c, 'effects', here, maker).entries())
      checkEffect(e, offer, `${here}, effect ${n + 1}`);
    demand(
      guards.length > 0 || i === cases.length - 1,
      `“${name}” has no guards, so the cases after it never decide`,
      here,
      'expected the case without guards to be the last',
    );
  }
  const last = cases.at(-1) as Rule['cases'][number] | undefined;
  demand(
    last !== undefined && last.guards.length === 0,
    'the rule is not total: where no guard holds, no case decides',
    last === undefined ? place : `${place}, case “${last.name}”`,
    'expected a last case without guards, as in accepted("done", [], [ … ])',
  );
}

function checkOutcome(x: unknown, place: string): void {
  const is = isRecord(x) ? x.is : x;
  demandNames('outcome', [is], ['accepted', 'refused', 'dropped'], place);
  if (!isRecord(x) || is === 'accepted') return;
  for (const code of [x.code, ...(Array.isArray(x.also) ? x.also : [])])
    demand(
      typeof code === 'string' && /^[A-Z][A-Z0-9_]*$/.test(code),
      `the code is ${shown(code)}`,
      place,
      'expected a word in capitals, such as BUSY: refused(code, name, guards)',
    );
}

// ---------------------------------------------------------------- nodes

function checkGuard(x: unknown, offer: Offer, place: string): void {
  const node = nodeIn<GuardNode>(x, 'guard', place);
  switch (node.kind) {
    case 'word':
      checkWord(node.word, node.params, 'guard', offer, place);
      return;
    case 'not':
      checkGuard(node.of, offer, place);
      return;
    case 'anyOf':
    case 'allOf':
      for (const g of listIn(node as unknown as Fields, 'of', place, `${node.kind}(a, b)`))
        checkGuard(g, offer, place);
      return;
    case 'at':
      checkGuard(node.of, offerAt(node, offer, place), place);
      return;
    default:
      throw misplaced(node, 'guard', place);
  }
}
function checkEffect(x: unknown, offer: Offer, place: string): void {
  const node = nodeIn<EffectNode>(x, 'effect', place);
  const all = (list: unknown, of: 'of' | 'if' | 'where', inner: Offer): void => {
    const maker = 'when([guards], [effects]) and each({ role }, [guards], [effects])';
    const check = of === 'of' ? checkEffect : checkGuard;
    for (const n of listIn({ [of]: list }, of, place, maker)) check(n, inner, place);
  };
  switch (node.kind) {
    case 'word':
      checkWord(node.word, node.params, 'effect', offer, place);
      return;
    case 'at':
      checkEffect(node.of, offerAt(node, offer, place), place);
      return;
    case 'when':
      all(node.if, 'if', offer);
      all(node.of, 'of', offer);
      return;
    case 'each': {
      demandNames('index sort', [node.sort], INDEX_SORTS, place);
      const inner = { ...offer, [node.role]: node.sort };
      all(node.where, 'where', inner);
      all(node.of, 'of', inner);
      return;
    }
    default:
      throw misplaced(node, 'effect', place);
  }
}
/** What stands where a guard or an effect is expected, if it looks like a node at all. */
function nodeIn<N>(x: unknown, kind: string, place: string): N {
  const term = isRecord(x) && x.kind === undefined ? x.term : undefined;
  demand(
    term === undefined,
    `“${String(term)}” names a member, it is no ${kind}`,
    place,
    `expected it as in at({ tdi: W.${String(term)} }, …)`,
  );
  const expected =
    typeof x === 'function'
      ? "expected a word with its parameters, as in W.tdiIs('RUN')"
      : Array.isArray(x)
        ? 'expected its members: put ... before it'
        : x === undefined
          ? 'expected a word; npx tdicheck list words shows all'
          : 'expected a word of W, or a combination of words';
  const what = x === undefined ? 'undefined, so W has no such word' : shown(x);
  demand(isRecord(x) && x.kind !== undefined, `the ${kind} is ${what}`, place, expected);
  return x as unknown as N;
}
const misplaced = (node: never, kind: string, place: string): UsageError =>
  new UsageError(
    `“${(node as { readonly kind: string }).kind}” makes no ${kind}`,
    `in ${place}`,
    kind === 'guard'
      ? 'expected a word, not, anyOf, allOf or at'
      : 'expected a word, when, each or at',
  );

const signatureIn = (word: string, place: string): AnySignature => {
  demandNames('word', [word], Object.keys(SIGNATURES), place);
  return (SIGNATURES as Readonly<Record<string, AnySignature>>)[word] as AnySignature;
};
function checkWord(
  word: string,
  params: readonly unknown[],
  kind: 'guard' | 'effect',
  offer: Offer,
  place: string,
): void {
  const signature = signatureIn(word, place);
  demand(
    signature.kind === kind,
    `“${word}” is ${signature.kind === 'effect' ? 'an effect' : `a ${signature.kind}`}, no ${kind}`,
    place,
    'expected guards first and then effects: accepted(name, [guards], [effects])',
  );
  demandRoles(word, signature, offer, place);
  const given = Array.isArray(params) ? params : [];
  const isKnown = (p: unknown): boolean =>
    typeof p === 'number' || PARAMETERS.includes(p as string);
  const ok = given.every(isKnown);
  const wrong = given.find((p) => !isKnown(p));
  demand(
    ok && given.length > 0 === signature.takes,
    ok ? `“${word}” has ${given.length} parameters` : `“${word}” cannot be given ${shown(wrong)}`,
    place,
    typeof wrong === 'string' && suggest(wrong, PARAMETERS).length > 0
      ? hintFor(wrong, PARAMETERS, '')
      : `expected what fits “${signature.says}”`,
  );
}
function demandRoles(word: string, { roles }: AnySignature, offer: Offer, place: string): void {
  for (const [role, sort] of Object.entries(roles as Offer)) {
    const there = Object.entries(offer).map(([r, s]) => `${r} (${s})`);
    demand(
      offer[role] === sort,
      offer[role] === undefined
        ? `“${word}” speaks of “${role}”, and there is none here`
        : `“${word}” speaks of ${role} as a ${sort}, and here it is a ${offer[role]}`,
      place,
      `expected ${role}: '${sort}' in over, or at or each around it; there is ${there.join(', ') || 'nothing'}`,
    );
  }
}
/** The roles on offer inside an `at`. */
function offerAt(
  { role, term }: { readonly role: string; readonly term: string },
  offer: Offer,
  place: string,
): Offer {
  const signature = signatureIn(term, place);
  const { to } = signature;
  demand(to !== undefined, `“${term}” names no member`, place, 'expected a term, as W.relayTdi');
  demandRoles(term, signature, offer, place);
  return { ...offer, [role]: to };
}

/** Words about what may not be there stand behind a guard that makes sure of it. */
function demandWellFormed(rule: Rule, place: string): void {
  if (isWellFormed(rule)) return;
  const { cases } = rule;
  const isFirstBad = (i: number, guards: number, effects: number): boolean => {
    const c = cases[i] as Rule['cases'][number];
    const cut = { ...c, guards: c.guards.slice(0, guards), effects: c.effects.slice(0, effects) };
    return !isWellFormed({ ...rule, cases: [...cases.slice(0, i), cut] });
  };
  for (const [i, { name, guards, effects }] of cases.entries()) {
    const guard = guards.findIndex((_, n) => isFirstBad(i, n + 1, 0));
    const effect = effects.findIndex((_, n) => isFirstBad(i, guards.length, n + 1));
    if (guard < 0 && effect < 0) continue;
    const node = guard < 0 ? `effect ${effect + 1}` : `guard ${guard + 1}`;
    throw new UsageError(
      'it speaks of what may not be there: a TLP, the TDI of an exchange, the guest of a TDI',
      `in ${place}, case “${name}”, ${node}`,
      'expected a guard before it that makes sure, such as inFlight, responseWaits or bound',
    );
  }
}
