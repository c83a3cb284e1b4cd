/**
 * Waits: where a command is split in two or more, and others may act in the middle. They are found in the rules by
 * their effects, so that those of a new backend are found as well.
 */
import type { Case, EffectNode, Rule } from '../model/author.ts';
import type { Roles } from '../model/sorts.ts';

/** One kind of wait, by the effects that begin it and those by which the command goes on. */
interface Wait {
  readonly id: string;
  /** Words, with the parameter where one word stands for several effects. */
  readonly begins: readonly string[];
  readonly goesOn: readonly string[];
}
const WAITS: readonly Wait[] = [
  {
    id: 'exchange',
    begins: ['sendRequest'],
    goesOn: ['answerOk', 'answerError', 'work', 'clearRelay'],
  },
  { id: 'handshake', begins: ['beginHandshake'], goesOn: ['establish'] },
  { id: 'stop', begins: ['beginStop'], goesOn: ['markDrained', 'endStop'] },
  { id: 'unbind', begins: ['beginUnbind'], goesOn: ['noteStopAnswered', 'endUnbind'] },
  { id: 'invalidation', begins: ['beginFlush'], goesOn: ['endFlush'] },
  { id: 'report in parts', begins: ['beginReading'], goesOn: ['endReading'] },
  {
    id: 'bind by the kernel',
    begins: ['hostNotes binding'],
    goesOn: ['hostNotes yes', 'hostNotes no'],
  },
  { id: 'launch', begins: ['vmTo launching'], goesOn: ['vmTo finalized'] },
  { id: 'end of a VM', begins: ['vmTo terminating'], goesOn: ['vmTo gone'] },
  { id: 'recovery', begins: ['recoveryTo reset'], goesOn: ['recoveryTo restored'] },
  { id: 'accept', begins: ['osModeTo accepting'], goesOn: ['osModeTo accepted'] },
  { id: 'conversion', begins: ['viewTo inFlight'], goesOn: ['viewTo shared', 'viewTo private'] },
  { id: 'firmware', begins: ['tioPend connect', 'tioPend rollKey'], goesOn: ['tioPend none'] },
  {
    id: 'association',
    begins: ['beginAssociation'],
    goesOn: ['endAssociation', 'failAssociation'],
  },
  { id: 'reset of a queue', begins: ['beginQueueReset'], goesOn: ['endQueueReset'] },
];

/** The effects of a node, each as its word, and as its word with its first parameter. */
function effectsOf(node: EffectNode): readonly string[] {
  switch (node.kind) {
    case 'word':
      return [node.word, `${node.word} ${String(node.params[0])}`];
    case 'at':
      return effectsOf(node.of);
    case 'each':
    case 'when':
      return node.of.flatMap(effectsOf);
    default: {
      const never: never = node;
      throw new Error(`effectsOf: unknown node ${JSON.stringify(never)}`);
    }
  }
}
const has = ({ effects }: Case<Roles>, words: readonly string[]): boolean =>
  effects.flatMap(effectsOf).some((e) => words.includes(e));

/** The waits in some rules. */
export class Waits {
  /** Of the cases that begin any. */
  readonly #begun = new Map<Case<Roles>, readonly Wait[]>();
  /** By wait, the rules by which a command goes on. */
  readonly #goesOn = new Map<Wait, ReadonlySet<Rule>>();

  constructor(rules: readonly Rule[]) {
    for (const c of rules.flatMap((r) => r.cases)) {
      const begun = WAITS.filter((w) => has(c, w.begins));
      if (begun.length > 0) this.#begun.set(c, begun);
    }
    for (const w of WAITS) this.#goesOn.set(w, new Set(rules.filter((r) => advances(r, w))));
  }
  /** The waits that a case begins. */
  begunBy(c: Case<Roles>): readonly Wait[] {
    return this.#begun.get(c) ?? [];
  }
  /** Whether something that waits so goes on by this rule. */
  goOnBy(waits: readonly Wait[], rule: Rule): boolean {
    return waits.some((w) => this.#goesOn.get(w)?.has(rule));
  }
}
/** A command goes on by a rule that builds up and has an effect that ends or advances the wait. */
const advances = ({ role, cases }: Rule, { begins, goesOn }: Wait): boolean =>
  role === 'progress' && cases.some((c) => has(c, goesOn) && !has(c, begins));
