/**
 * What differs between two worlds, in people's words.
 *
 * Counters of episodes are passed over; what counts is how references stand to them, and that is
 * all that the packed state keeps. So a change reads the same whichever subject made it.
 */
import type { Preset, World } from '../../model/world.ts';
import { everyName, tell } from '../telling.ts';

export interface Change {
  /** The field or the record, such as `tdi.VF1.bme` or `tlp.S1`. */
  readonly of: string;
  /** What people call it. */
  readonly label: string;
  /** It is a record that is told as one thing. */
  readonly isWhole: boolean;
  readonly before: string;
  readonly after: string;
}

/**
 * What people call a field; {0} and {1} stand for the members. Without a label its name will do.
 */
const LABELS: Readonly<Record<string, string>> = {
  'session.phase': 'session',
  'stream.enabled': 'Stream Enable',
  'stream.secure': 'stream Secure',
  'stream.sending': 'sending under',
  'link.session': 'session of the TSM',
  'tdi.stop': '{0} STOP',
  'tdi.holds': '{0} holds data of',
  'tdi.session': '{0} locked over session',
  'tsm.boundTo': '{0} bound to',
  'tsm.teardown': '{0} unbind',
  'tsm.cached': '{0} cached by the TSM',
  'tsm.nonce': '{0} nonce at the TSM',
  'tsm.report': '{0} report at the TSM',
  'tsm.reportPlace': '{0} BAR in the report',
  'tsm.accepted': '{0} known as accepted',
  'tsm.dma': '{0} DMA open',
  'guest.evidence': '{0} evidence of {1}',
  'guest.accepted': '{0} acceptance of {1}',
  'mmio.guest': '{0} MMIO mapped for',
  'mmio.place': '{0} MMIO mapped at',
  'mmio.accepted': '{0} MMIO accepted',
  'page.data': '{0} holds data of',
  'queue.assigned': '{0} assigned to',
  'queue.holder': '{0} bound by',
  'queue.secret': '{0} secret',
  'queue.association': '{0} association',
  'queue.resetting': '{0} reset runs',
  'queue.message': '{0} message',
  'queue.sender': '{0} message of',
  'queue.key': '{0} key of',
  'queue.reply': '{0} reply',
  'driver.device': '{0} device of {1}',
  'driver.state': '{0} driver of {1}',
  'driver.index': '{0} index of {1}',
  'seGuest.up': '{0} runs',
  'seGuest.locked': '{0} store locked',
  'store.held': '{0} store has {1}',
  'secret.image': '{0} made for the image of',
  'secret.keys': '{0} keys',
  'platform.tdx': 'TDX module',
  'td.kind': '{0} VM',
  'td.stage': '{0} launch',
  'td.vcpu': '{0} vCPU',
  'td.cpuid': '{0} CPUID set',
  'td.running': '{0} runs',
  'td.hwError': '{0} hw_error',
  'gpa.slot': '{0} {1} slot',
  'gpa.attribute': '{0} {1} attribute',
  'gpa.sept': '{0} {1} secure EPT',
  'gpa.frame': '{0} {1} holds',
  'gpa.measured': '{0} {1} measured',
  'dma.table': '{0} {1} table',
  'dma.iotlb': '{0} {1} IOTLB',
  'dma.flush': '{0} {1} flush',
};
/** Records that are told as one thing. */
const WHOLE: Readonly<
  Record<string, { readonly label: string; readonly text: (f: Field) => string }>
> = {
  keySet: { label: '{0} keys', text: keysText },
  gap: { label: '{0} gaps', text: (f) => listed(f, ['PR', 'NPR', 'CPL']) },
  relay: { label: 'relay', text: relayText },
  tlp: { label: '{0}', text: tlpText },
};

/** The value of a field of the record, as it is told. */
type Field = (name: string) => string;
const listed = (f: Field, names: readonly string[]): string =>
  names.filter((n) => f(n) === 'true').join(' ') || 'none';
function keysText(f: Field): string {
  const keys = listed(f, ['PR', 'NPR', 'CPL', 'go']).replace('go', 'GO');
  return f('session') === 'past' ? `${keys} of a past session` : keys;
}
function relayText(f: Field): string {
  const about = `${f('request')} ${f('tdi')}`;
  const past = f('session') === 'past' ? ' in a past session' : '';
  switch (f('stage')) {
    case 'idle':
      return 'idle';
    case 'request':
      return `request ${about}${f('foreign') === 'true' ? ' foreign id' : ''}${past}`;
    case 'working':
      return `at work on ${about}${past}`;
    default:
      return `answer ${f('ok') === 'true' ? 'ok' : 'error'} to ${about}${past}`;
  }
}
function tlpText(f: Field): string {
  if (f('kind') === 'none') return 'free';
  const marks = [
    f('tenant') === 'nobody' ? '' : `for ${f('tenant')}`,
    f('keySet') === 'none' ? '' : `under ${f('keySet')}`,
    f('key') === 'past' ? 'old key' : '',
    f('run') === 'past' ? 'earlier RUN' : '',
    f('ownership') === 'past' ? 'page changed hands' : '',
    f('data') === 'nobody' ? '' : `with data of ${f('data')}`,
  ];
  return [`${f('traffic')} ${f('kind')} ${f('tdi')} ${f('page')}`, ...marks.filter(Boolean)].join(
    ' ',
  );
}
const filled = (label: string, members: readonly string[]): string =>
  label.replace(/\{(\d)\}/g, (_, i) => members[Number(i)] ?? '');

/** What a name such as `tlp.S1.kind` is told by: the field itself, or the record that it is in. */
function tellingOf(name: string): Pick<Change, 'of' | 'label' | 'isWhole'> {
  const [group = '', ...rest] = name.split('.');
  const members = rest.slice(0, -1);
  const field = rest.at(-1) ?? '';
  const whole = WHOLE[group];
  if (whole !== undefined)
    return {
      of: [group, ...members].join('.'),
      label: filled(whole.label, members),
      isWhole: true,
    };
  const plain = members.length === 0 ? `${group} ${field}` : [...members, field].join(' ');
  const label = LABELS[`${group}.${field}`];
  return { of: name, label: label === undefined ? plain : filled(label, members), isWhole: false };
}

/** What differs, in the order of the world's records. */
export function changesBetween(before: World, after: World, preset: Preset): readonly Change[] {
  const changes = new Map<string, Change>();
  for (const name of everyName(preset)) {
    if (tell(preset, before, name) === tell(preset, after, name)) continue;
    const telling = tellingOf(name);
    const { of } = telling;
    if (changes.has(of)) continue;
    const whole = WHOLE[of.split('.')[0] ?? ''];
    const text = (w: World): string =>
      whole?.text((f) => String(tell(preset, w, `${of}.${f}`))) ?? String(tell(preset, w, of));
    const change = { ...telling, before: text(before), after: text(after) };
    // A part of a record may change without changing what is told of it.
    if (change.before !== change.after) changes.set(of, change);
  }
  return [...changes.values()];
}
/** A change on its own: `VF1 bme true → false`. */
export const changeText = (c: Change): string => `${c.label} ${c.before} → ${c.after}`;
/** Values from which a change needs no telling: there was nothing before. */
const NOTHING = ['none', 'nobody', 'idle', 'free'];
/** The same more briefly, where what was before goes without saying: `VF1 bound to G1`. */
export const resultText = (c: Change): string =>
  c.isWhole || NOTHING.includes(c.before) ? `${c.label} ${c.after}` : changeText(c);
/** What differs between two worlds, one phrase for each change. */
export const describeChange = (before: World, after: World, preset: Preset): readonly string[] =>
  changesBetween(before, after, preset).map(changeText);
