/** The rounds of a check: under which readings it samples, and how much of its budget each takes. */
import type { Backend } from '../model/author.ts';
import { type Preset, presetFor, type Readings, withReadings } from '../model/world.ts';
import type { SubjectName } from './subject.ts';
import { readingsOf } from './subjects.ts';

/** Readings of the rounds, and each round's share of the budget in tenths. */
const ROUNDS: readonly { readonly readings: Partial<Readings>; readonly tenths: number }[] = [
  { readings: {}, tenths: 5 },
  {
    readings: {
      commandClear: 'level',
      sameValueBarWrite: 'error',
      autoErrorExit: 'yes',
      ideCapability: 'pf',
      enableStyle: 'coalesced',
      atsCapWriteIsError: 'yes',
      vendorCapWrite: 'harmless',
      conventionalResetTarget: 'error',
      unlockedMayEnterError: 'yes',
      deviceControl: 'refused',
      firmwareUpdate: 'notAtRunTime',
      terminationPolicy: 'sessionEnds',
      bindSurvivesReset: 'yes',
      sharedBit: 'bit47',
      initialAssignMode: 'hotplugPrivate',
      mseClearPolicy: 'passThrough',
      mmioUnmapVsStop: 'after',
      streamRange: 'presentVfs',
      fenceBeforeRun: 'yes',
    },
    tenths: 3,
  },
  {
    readings: {
      autoErrorExit: 'yes',
      enableStyle: 'prebound',
      firmwareUpdate: 'downgradeEndsTrust',
      terminationPolicy: 'sessionEnds',
      mseClearPolicy: 'unbindFirst',
      mmioUnmapVsStop: 'before',
    },
    tenths: 2,
  },
];

/** One round as it is planned. */
export interface RoundPlan {
  /** As it is for the backend, under the readings of the round. */
  readonly preset: Preset;
  /** Its part of the budget: the parts of all rounds make 1. */
  readonly share: number;
}
/** The rounds of a check, without those that the readings that are fixed (`fixed`) make equal to an earlier one. */
export function roundPlans(
  subject: SubjectName,
  backend: Backend,
  preset: Preset,
  fixed: Partial<Readings>,
): readonly RoundPlan[] {
  const seen = new Set<string>();
  const plans = ROUNDS.map(({ readings, tenths }) => ({
    preset: presetFor(
      backend,
      withReadings(preset, { ...readingsOf(subject, readings), ...fixed }),
    ),
    tenths,
  })).filter((plan) => {
    const key = JSON.stringify(plan.preset.readings);
    return seen.has(key) ? false : seen.add(key);
  });
  const all = plans.reduce((sum, p) => sum + p.tenths, 0);
  return plans.map((p) => ({ preset: p.preset, share: p.tenths / all }));
}
