/**
 * Where the registers of a function lie in its configuration space, which bits of them can be
 * written, and how the device watches them while a TDI is locked (TDISP 11.2.6, informative table).
 */
import type { TdiSetup } from './tdi.ts';

/**
 * How a register is watched. `free`: never. `fields`: a modification of the bits named.
 * The others have rules of their own.
 */
type Tracking =
  | { readonly kind: 'free' | 'command' | 'bar' | 'power' | 'msix' | 'sriov' }
  | { readonly kind: 'fields'; readonly bits: number }
  | { readonly kind: 'deviceControl'; readonly bits: number }
  | { readonly kind: 'stream'; readonly block: number };

export interface Register {
  readonly name: string;
  readonly offset: number;
  readonly byteLength: 1 | 2 | 4;
  readonly writableBits: number;
  readonly reset: number;
  readonly tracking: Tracking;
}

/** Bits of registers that the device itself looks at. */
export const BIT = {
  command: { memorySpace: 1 << 1, busMaster: 1 << 2 },
  deviceControl: { extendedTag: 1 << 8, phantom: 1 << 9, noSnoop: 1 << 11, flr: 1 << 15 },
  power: { state: 3, noSoftReset: 1 << 3 },
  sriov: { enable: 1 << 0, memorySpace: 1 << 3 },
  stream: {
    enable: 1 << 0,
    trafficClass: 7 << 19,
    default: 1 << 22,
    teeLimited: 1 << 23,
    id: 0xff << 24,
  },
  streamStatus: { state: 0xf, secure: 2, checkFailed: 1 << 31 },
} as const;

const FREE: Tracking = { kind: 'free' };
const BAR: Tracking = { kind: 'bar' };
const ANY: Tracking = { kind: 'fields', bits: -1 };

type Row = readonly [name: string, at: number, bytes: 1 | 2 | 4, writable: number, watch: Tracking];

interface Capability {
  readonly id: number;
  readonly at: number;
  readonly rows: readonly Row[];
  /** Read-only words: offset in the capability, value. */
  readonly words?: readonly (readonly [at: number, value: number])[];
}

const { extendedTag, phantom, noSnoop } = BIT.deviceControl;

const HEADER: readonly Row[] = [
  ['Command', 0x04, 2, 0x0547, { kind: 'command' }],
  ['Cache Line Size', 0x0c, 1, 0xff, FREE],
  ['Latency Timer', 0x0d, 1, 0xff, FREE],
  ['BIST', 0x0f, 1, 0x4f, ANY],
  ['Interrupt Line', 0x3c, 1, 0xff, FREE],
];

const CAPABILITIES: readonly Capability[] = [
  { id: 0x01, at: 0x40, rows: [['PMCSR', 0x04, 2, 0x0103, { kind: 'power' }]] },
  {
    id: 0x05,
    at: 0x50,
    rows: [
      ['MSI Control', 0x02, 2, 0x0071, FREE],
      ['MSI Address', 0x04, 4, ~3, FREE],
      ['MSI Data', 0x0c, 2, 0xffff, FREE],
    ],
  },
  { id: 0x11, at: 0x70, rows: [['MSI-X Control', 0x02, 2, 0xc000, { kind: 'msix' }]] },
  {
    id: 0x10,
    at: 0x80,
    rows: [
      // 10-bit tags are a bit of Device Control 2, 14-bit tags one of Device Control 3.
      [
        'Device Control',
        0x08,
        2,
        0xffff,
        { kind: 'deviceControl', bits: extendedTag | phantom | noSnoop },
      ],
      ['Link Control', 0x10, 2, 0x0fff, FREE],
      ['Device Control 2', 0x28, 2, 0xffff, { kind: 'fields', bits: 1 << 12 }],
      ['Link Control 2', 0x30, 2, 0xffff, FREE],
    ],
  },
];

const EXTENDED: readonly Capability[] = [
  { id: 0x0001, at: 0x100, rows: [['AER Uncorrectable Mask', 0x08, 4, -1, FREE]] },
  { id: 0x000d, at: 0x150, rows: [['ACS Control', 0x06, 2, 0x007f, FREE]] },
  { id: 0x000e, at: 0x158, rows: [['ARI Control', 0x06, 2, 0x0073, ANY]] },
  { id: 0x000f, at: 0x160, rows: [['ATS Control', 0x06, 2, 0x801f, FREE]] },
  { id: 0x0013, at: 0x168, rows: [['Page Request Control', 0x04, 2, 0x0003, ANY]] },
  { id: 0x001b, at: 0x178, rows: [['PASID Control', 0x06, 2, 0x0007, ANY]] },
  { id: 0x0015, at: 0x1c0, rows: [['Resizable BAR Control', 0x08, 4, 0x3f00, ANY]] },
  { id: 0x0012, at: 0x1d0, rows: [['Multicast Control', 0x06, 2, 0x803f, ANY]] },
  // What a vendor's register means is the vendor's to say; this device takes any change as an error.
  { id: 0x0023, at: 0x200, rows: [['DVSEC Control', 0x0c, 4, -1, ANY]] },
  { id: 0x0018, at: 0x220, rows: [['LTR Maximum Latency', 0x04, 4, -1, FREE]] },
  {
    id: 0x002f,
    at: 0x230,
    rows: [['Device Control 3', 0x08, 4, 0x7, { kind: 'fields', bits: 1 << 2 }]],
  },
];

/** Offset of the SR-IOV capability of the PF. */
export const SRIOV_AT = 0x180;
/** Offset of the IDE capability, and size of a selective stream block in it. */
const IDE_AT = 0x240;
const STREAM_BLOCK_BYTES = 32;
export const STREAM_BLOCK_COUNT = 2;

const SRIOV: Capability = {
  id: 0x0010,
  at: SRIOV_AT,
  rows: [
    ['SR-IOV Control', 0x08, 2, 0x001f, { kind: 'sriov' }],
    ['NumVFs', 0x10, 2, 0xffff, { kind: 'sriov' }],
    ['System Page Size', 0x20, 4, -1, { kind: 'sriov' }],
  ],
};

const SELECTIVE_SUPPORTED = 1 << 1;

const IDE: Capability = {
  id: 0x0030,
  at: IDE_AT,
  words: [
    [0x04, SELECTIVE_SUPPORTED | ((STREAM_BLOCK_COUNT - 1) << 16)],
    // Each block says how many address association blocks it has: one.
    ...Array.from(
      { length: STREAM_BLOCK_COUNT },
      (_, block) => [0x0c + block * STREAM_BLOCK_BYTES, 1] as const,
    ),
  ],
  rows: Array.from({ length: STREAM_BLOCK_COUNT }, (_, block): Row[] => {
    const at = 0x0c + block * STREAM_BLOCK_BYTES;
    const watch: Tracking = { kind: 'stream', block };
    return [
      [`IDE Stream ${block} Control`, at + 4, 4, -1, watch],
      [`IDE Stream ${block} RID Association 1`, at + 12, 4, 0x00ffff00, watch],
      [`IDE Stream ${block} RID Association 2`, at + 16, 4, -1 & ~0xfe, watch],
      [`IDE Stream ${block} Address Association 1`, at + 20, 4, -1, watch],
      [`IDE Stream ${block} Address Association 2`, at + 24, 4, -1, watch],
      [`IDE Stream ${block} Address Association 3`, at + 28, 4, -1, watch],
    ];
  }).flat(),
};

/** The offset of a stream block's register group: its capability, control and status registers. */
export const streamBlockAt = (block: number): number => IDE_AT + 0x0c + block * STREAM_BLOCK_BYTES;

/** Whether a register is the control register of a stream block. */
export const isStreamControl = ({ tracking, offset }: Register): boolean =>
  tracking.kind === 'stream' && offset === streamBlockAt(tracking.block) + 4;

/** Where the BAR `bar` of a function lies, or its VF BAR in the SR-IOV capability. */
export const barAt = (bar: number): number => 0x10 + bar * 4;
export const vfBarAt = (bar: number): number => SRIOV_AT + 0x24 + bar * 4;
export const ROM_AT = 0x30;

/** Two registers for one 64-bit BAR: low bits of the size are zero, and the type says 64-bit. */
function barRows(name: string, at: number, pages: number, watch: Tracking): Row[] {
  const size = pages * 4096;
  return [
    [`${name} low`, at, 4, ~(size - 1), watch],
    [`${name} high`, at + 4, 4, -1, watch],
  ];
}

/** What a function's configuration space is made of. */
export interface Layout {
  readonly registers: readonly Register[];
  /** Bytes that are what they are: ids, capability headers. */
  readonly constants: readonly (readonly [offset: number, bytes: 1 | 2 | 4, value: number])[];
}

const rowsAt = ({ at, rows }: Capability): Row[] =>
  rows.map(([name, offset, ...rest]) => [name, at + offset, ...rest]);

/** The layout of a function. `vf` gives the ranges that its VFs have, if it is their PF. */
export function layoutOf(
  setup: TdiSetup,
  { vf, ide }: { readonly vf?: TdiSetup | undefined; readonly ide: boolean },
): Layout {
  const extended = [...EXTENDED, ...(vf === undefined ? [] : [SRIOV]), ...(ide ? [IDE] : [])].sort(
    (a, b) => a.at - b.at,
  );
  const isVf = setup.kind === 'VF';
  const rows: Row[] = [
    // A VF has no BARs of its own, and its Memory Space Enable is that of the PF (PCIe 9.3.4.1).
    ...HEADER.map(
      ([name, at, bytes, writable, watch]): Row => [
        name,
        at,
        bytes,
        isVf && name === 'Command' ? writable & ~BIT.command.memorySpace : writable,
        watch,
      ],
    ),
    ...(isVf
      ? []
      : setup.ranges.flatMap(({ bar, pages }) => barRows(`BAR ${bar}`, barAt(bar), pages, BAR))),
    ...(isVf ? [] : [['Expansion ROM BAR', ROM_AT, 4, ~0xffe, BAR] satisfies Row]),
    ...CAPABILITIES.flatMap(rowsAt),
    ...extended.flatMap(rowsAt),
    ...(vf === undefined
      ? []
      : vf.ranges.flatMap(({ bar, pages }) =>
          barRows(`VF BAR ${bar}`, vfBarAt(bar), pages, { kind: 'sriov' }),
        )),
  ];
  return {
    registers: rows.map(([name, offset, byteLength, writableBits, tracking]) => ({
      name,
      offset,
      byteLength,
      writableBits,
      reset: RESET_VALUES[name] ?? barType(name),
      tracking,
    })),
    constants: [
      ...headerOf(setup),
      ...chain(CAPABILITIES),
      ...extendedChain(extended),
      ...extended.flatMap(({ at, words = [] }) =>
        words.map(([offset, value]): Constant => [at + offset, 4, value]),
      ),
    ],
  };
}

const RESET_VALUES: Readonly<Record<string, number>> = {
  'Device Control': 0x2810,
  'System Page Size': 1,
};

/** The type bits of a 64-bit prefetchable BAR. */
const barType = (name: string): number => (/BAR \d low$/.test(name) ? 0xc : 0);

type Constant = Layout['constants'][number];

function headerOf(setup: TdiSetup): Constant[] {
  return [
    // A VF's ids read as all ones; software takes them from the SR-IOV capability.
    [0x00, 4, setup.kind === 'VF' ? 0xffffffff : 0xc0de1b36],
    [0x06, 2, 0x0010],
    [0x08, 4, 0x02000001],
    [0x34, 1, CAPABILITIES[0]?.at ?? 0],
  ];
}

const chain = (capabilities: readonly Capability[]): Constant[] =>
  capabilities.map(({ id, at }, i) => [at, 2, id | ((capabilities[i + 1]?.at ?? 0) << 8)]);

const extendedChain = (capabilities: readonly Capability[]): Constant[] =>
  capabilities.map(({ id, at }, i) => [
    at,
    4,
    (id | (1 << 16) | ((capabilities[i + 1]?.at ?? 0) << 20)) >>> 0,
  ]);
