import type { Facet } from '../../../model/fields.ts';
import type { Preset, Readings } from '../../../model/world.ts';
import type { Setup } from '../../setup.ts';
import type { Subject } from '../../subject.ts';
import type { Paint } from '../paint.ts';

/** What a summary needs beside the report. */
export interface SummaryContext {
  readonly version: string;
  /** As it was given: an id, or the file of a module. */
  readonly backend: string;
  /** Why it is this backend, where none was given and it is not the usual one. */
  readonly assumed?: string | undefined;
  readonly preset: Preset;
  /** Facets of the preset `full` alone that the world of the backend has not. */
  readonly lacks?: readonly Facet[];
  /** The facets that the world of the backend can have. */
  readonly world: readonly Facet[];
  /** How many members the attempts are about, by sort. */
  readonly members: Readonly<Record<string, number>>;
  /** Readings that the user fixed. */
  readonly readings: Partial<Readings>;
  /** What --grep was given, if anything. */
  readonly grep: string | undefined;
  /** The profile of the sequences, where one was asked for. */
  readonly profile?: string | undefined;
  readonly verbose: boolean;
  readonly columns: number;
  readonly paint: Paint;
  /** The subject under the readings of a found failure, to show its trace. */
  readonly subjectFor: (readings: Readings) => {
    readonly setup: Setup;
    readonly subject: Subject;
  };
}
