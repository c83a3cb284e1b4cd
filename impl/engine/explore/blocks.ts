/**
 * An exact store of packed states: the states in order of discovery, and a set that tells whether one is there.
 *
 * The set is a directory of bitmaps. The lowest bits of a state's first word name a bit in a block; the rest
 * of its words name the block. Where the lowest bits are those that change most, most states lie close to their
 * successors: on the mini model a state costs about 2 bytes of bitmap, and a look-up seldom leaves the cache.
 * A hash table of whole states costs 6 to 12 bytes and a cache miss each.
 *
 * The order of discovery is the queue of a breadth-first search, and all that its traces need: how a state was
 * reached is found by going back through the levels (trace.ts).
 */
import { generate } from '../generate.ts';

/** States in one segment of the list; segments are never copied. */
const SEGMENT_STATES = 1 << 16;
/** Part of the directory that may be filled. */
const FILL_MAX = 0.5;
/** Bytes that an array can grow to: what V8 reserves address space for. */
const BYTES_MAX = 2 ** 32;
/** Blocks that there is room for at first; then a quarter more each time. */
const BLOCKS_FIRST = 64;
const GROWTH = 1.25;

/** What generated code works on; it writes back the counters when it leaves. */
interface Shelves {
  /** One bit for each state of a block; block after block. */
  pool: Int32Array;
  /** For each block the words of its states, the first without its lowest bits. */
  heads: Int32Array;
  /** Open addressing: the number of a block and one, 0 for an empty place. */
  directory: Int32Array;
  blockCount: number;
  /** Blocks that `pool` and `heads` have room for, and the directory is fast with. */
  blocksMax: number;
  /** The segment that states are added to, and the words used of it. */
  segment: Int32Array;
  used: number;
  /** For each part states of it that are not yet sent there, and the words used. */
  readonly boxes: readonly Int32Array[];
  readonly fills: Int32Array;
}
/** Takes in the states at `out[j]` up to `end`, `stride` apart; gives where it stopped for lack of room. */
type Take = (s: Shelves, out: Int32Array, j: number, end: number, stride: number) => number;

/** How the words of a state are divided. */
export interface Division {
  readonly width: number;
  /** Bits of the first word that name a bit in a block; at least 5. */
  readonly lowBits: number;
}
/** Blocks are dealt out to parts by their hash; a store has those of one part, and sends the others away. */
export interface Share {
  readonly part: number;
  readonly parts: number;
  /** Called with states of another part, one after another, in an array that is used again. */
  readonly send: (part: number, words: Int32Array) => void;
}
const WHOLE: Share = {
  part: 0,
  parts: 1,
  send: () => {
    throw new Error('Blocks: there is no other part');
  },
};
/** What a store holds, in memory that threads share. */
export interface Stored extends Division {
  readonly pool: Int32Array;
  readonly heads: Int32Array;
  readonly directory: Int32Array;
  readonly segments: readonly Int32Array[];
  readonly used: number;
}
/** At most so many words of states are sent at once. */
export const BOX_WORDS = 1 << 12;

/** The store has no more room for states: told apart from faults, because a search can say how far it came. */
export class StoreFull extends Error {}

/** The states found, each once. */
export class Blocks {
  readonly width: number;
  readonly lowBits: number;
  readonly #share: Share;
  readonly #take: Take;
  readonly #shelves: Shelves;
  readonly #segments: Int32Array[] = [];
  readonly #segmentWords: number;

  constructor({ width, lowBits }: Division, share: Share = WHOLE) {
    if (!(lowBits >= 5 && lowBits <= 20)) throw new Error(`Blocks: ${lowBits} low bits`);
    this.width = width;
    this.lowBits = lowBits;
    this.#share = share;
    this.#segmentWords = SEGMENT_STATES * width;
    this.#take = generate<Take>(`return(${takeText(width, lowBits, share)})`);
    const box = Math.floor(BOX_WORDS / width) * width;
    this.#shelves = {
      pool: growable(BLOCKS_FIRST << (lowBits - 5)),
      heads: growable(BLOCKS_FIRST * width),
      directory: growable(BLOCKS_FIRST / FILL_MAX),
      blockCount: 0,
      blocksMax: BLOCKS_FIRST,
      segment: shared(this.#segmentWords),
      used: 0,
      boxes: Array.from({ length: share.parts }, () => new Int32Array(box)),
      fills: new Int32Array(share.parts),
    };
    this.#segments.push(this.#shelves.segment);
  }
  /** A store for reading, of what another one holds. */
  static of(stored: Stored): Blocks {
    const blocks = new Blocks(stored);
    const { pool, heads, directory, segments, used } = stored;
    Object.assign(blocks.#shelves, { pool, heads, directory, segment: segments.at(-1), used });
    blocks.#segments.splice(0, 1, ...segments);
    return blocks;
  }
  get stored(): Stored {
    const { width, lowBits } = this;
    const { pool, heads, directory, used } = this.#shelves;
    return { width, lowBits, pool, heads, directory, segments: this.#segments, used };
  }
  /** States found. */
  get count(): number {
    return (this.#segments.length - 1) * SEGMENT_STATES + this.#shelves.used / this.width;
  }
  /** Bytes of all arrays. */
  get bytes(): number {
    const { pool, heads, directory } = this.#shelves;
    const list = this.#segments.length * this.#segmentWords;
    return 4 * (pool.length + heads.length + directory.length + list);
  }
  /** Adds the states in `out` from `j` to `end`, `stride` apart, unless they are there or of another part. */
  take(out: Int32Array, from: number, end: number, stride: number): void {
    let j = from;
    for (;;) {
      j = this.#take(this.#shelves, out, j, end, stride);
      if (j >= end) return;
      this.#makeRoom();
    }
  }
  /** Sends what waits to be sent. */
  flush(): void {
    const { boxes, fills } = this.#shelves;
    for (const [part, box] of boxes.entries()) {
      const used = fills[part] as number;
      if (used > 0) this.#share.send(part, box.subarray(0, used));
      fills[part] = 0;
    }
  }
  /** Whether a state is there. */
  has(words: Int32Array): boolean {
    const { pool } = this.#shelves;
    const block = this.#blockOf(words);
    const low = (words[0] as number) & ((1 << this.lowBits) - 1);
    const word = pool[(block << (this.lowBits - 5)) | (low >>> 5)] as number;
    return block >= 0 && (word & (1 << (low & 31))) !== 0;
  }
  /** The segment of the list that holds a state, by its number in order of discovery. */
  segmentOf(n: number): Int32Array {
    return this.#segments[Math.floor(n / SEGMENT_STATES)] as Int32Array;
  }
  /** Where in its segment a state begins. */
  offsetOf(n: number): number {
    return (n % SEGMENT_STATES) * this.width;
  }
  /** The words of a state. */
  words(n: number): Int32Array {
    if (!(n >= 0 && n < this.count)) throw new Error(`Blocks: no state ${n} of ${this.count}`);
    const at = this.offsetOf(n);
    return this.segmentOf(n).slice(at, at + this.width);
  }
  /** The words of the states from one number up to another, one after another, in arrays that must not be kept. */
  *runs(from: number, to: number): Generator<Int32Array> {
    for (let n = from; n < to; ) {
      const at = this.offsetOf(n);
      const count = Math.min(to - n, SEGMENT_STATES - at / this.width);
      yield this.segmentOf(n).subarray(at, at + count * this.width);
      n += count;
    }
  }
  /** The number of a state's block; −1 if there is none. */
  #blockOf(words: Int32Array): number {
    const { heads, directory } = this.#shelves;
    const key = headOf(words, this.lowBits);
    const mask = directory.length - 1;
    for (let h = hashOf(key) & mask; ; h = (h + 1) & mask) {
      const block = (directory[h] as number) - 1;
      if (block < 0 || key.every((x, i) => heads[block * this.width + i] === x)) return block;
    }
  }
  #makeRoom(): void {
    const s = this.#shelves;
    if (s.used === this.#segmentWords) {
      s.segment = shared(this.#segmentWords);
      this.#segments.push(s.segment);
      s.used = 0;
    }
    if (s.blockCount === s.blocksMax) this.#growBlocks();
    if (s.fills.some((used, part) => used === (s.boxes[part] as Int32Array).length)) this.flush();
  }
  /** Every array grows where it lies: nothing is copied, so at no time are there two of them. */
  #growBlocks(): void {
    const s = this.#shelves;
    const blocksMax = Math.ceil(s.blocksMax * GROWTH);
    s.pool = grown(s.pool, blocksMax * 2 ** (this.lowBits - 5));
    s.heads = grown(s.heads, blocksMax * this.width);
    if (blocksMax > s.directory.length * FILL_MAX) this.#growDirectory();
    s.blocksMax = blocksMax;
  }
  #growDirectory(): void {
    const s = this.#shelves;
    s.directory = grown(s.directory, s.directory.length * 2);
    s.directory.fill(0);
    const mask = s.directory.length - 1;
    for (let block = 0; block < s.blockCount; block++) {
      let h = hashOf(s.heads.subarray(block * this.width, (block + 1) * this.width)) & mask;
      while (s.directory[h] !== 0) h = (h + 1) & mask;
      s.directory[h] = block + 1;
    }
  }
}

/** The words that name a block. */
function headOf(words: Int32Array, lowBits: number): Int32Array {
  const head = words.slice();
  head[0] = (words[0] as number) >>> lowBits;
  return head;
}
/** As the generated code computes it. */
function hashOf(head: Int32Array): number {
  let h = 0;
  for (const x of head) {
    h = Math.imul(h ^ x, 0x9e3779b1);
    h ^= h >>> 15;
  }
  return h;
}
/** An array that can grow; the system gives memory when it is first written to. */
const growable = (length: number): Int32Array =>
  new Int32Array(new SharedArrayBuffer(4 * length, { maxByteLength: BYTES_MAX }), 0, length);
/** The same memory, with more behind it. */
function grown({ buffer }: Int32Array, length: number): Int32Array {
  if (!(buffer instanceof SharedArrayBuffer)) throw new Error('Blocks: memory that cannot grow');
  if (4 * length > buffer.maxByteLength) throw new StoreFull('an array has its greatest length');
  buffer.grow(4 * length);
  return new Int32Array(buffer, 0, length);
}
const shared = (length: number): Int32Array => new Int32Array(new SharedArrayBuffer(4 * length));

/** Before a state was taken, `last` is none's block. */
const NO_BLOCK = -1000;

function takeText(width: number, lowBits: number, { part, parts }: Share): string {
  const all = Array.from({ length: width }, (_, i) => i);
  const plus = (i: number): string => (i === 0 ? '' : `+${i}`);
  const head = (i: number): string => (i === 0 ? `x0>>>${lowBits}` : `x${i}`);
  const hash = all.map((i) => `h=Math.imul(h^y${i},${0x9e3779b1 | 0});h^=h>>>15;`).join('');
  const same = all.map((i) => `heads[k${plus(i)}]===y${i}`).join('&&');
  const isLast = all.map((i) => `y${i}===l${i}`).join('&&');
  const leave = 's.blockCount=blockCount;s.used=used;return j;';
  const find = `h&=mask;
for(;;){
const e=directory[h];
if(e===0){
if(blockCount===blocksMax){${leave}}
last=blockCount++;directory[h]=blockCount;
const k=last*${width};${all.map((i) => `heads[k+${i}]=y${i};`).join('')}
break;}
const k=(e-1)*${width};
if(${same}){last=e-1;break;}
h=h+1&mask;}`;
  // The highest bits of the hash say whose a block is, the lowest where it stands in the directory.
  const deal = `const o=(h>>>24)*${parts}>>>8;if(o!==${part})last=~o;else{${find}}`;
  const away = `if(last<0){
const o=~last,box=boxes[o],m=fills[o];
if(m===box.length){${leave}}
${all.map((i) => `box[m${plus(i)}]=x${i};`).join('')}fills[o]=m+${width};continue;}`;
  return `function(s,out,j,end,stride){
let{pool,heads,directory,segment,blockCount,used}=s;
const{blocksMax,boxes,fills}=s,mask=directory.length-1,full=segment.length;
let last=${NO_BLOCK},${all.map((i) => `l${i}=0`).join()};
for(;j<end;j+=stride){
${all.map((i) => `const x${i}=out[j${plus(i)}];`).join('')}
${all.map((i) => `const y${i}=${head(i)};`).join('')}
if(!(last!==${NO_BLOCK}&&${isLast})){
let h=0;${hash}${parts > 1 ? deal : find}
${all.map((i) => `l${i}=y${i};`).join('')}}
${parts > 1 ? away : ''}
const low=x0&${(1 << lowBits) - 1},at=last<<${lowBits - 5}|low>>>5,bit=1<<(low&31),found=pool[at];
if((found&bit)===0){
if(used===full){${leave}}
pool[at]=found|bit;
${all.map((i) => `segment[used+${i}]=x${i};`).join('')}
used+=${width};}}
${leave}}`;
}
