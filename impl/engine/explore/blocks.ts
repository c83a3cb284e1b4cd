/**
 * An exact store of packed states: lists of them in order of discovery, one for each part of a search (lists.ts), and a set
 * that all parts share, which tells whether a state is in any of them.
 *
 * The set is a directory of bitmaps. The lowest bits of a state's first word name a bit in a block; the rest
 * of its words name the block. Where the lowest bits are those that change most, most states lie close to their
 * successors: on the mini model a state costs about 2 bytes of bitmap, and a look-up seldom leaves the cache.
 * A hash table of whole states costs 6 to 12 bytes and a cache miss each.
 *
 * Threads share it without locks. Bits are only ever set, so a bit that is seen set is set; who sets one that was not has
 * found the state. A block is in the directory only after the words that name it were written, and never leaves. Only while
 * all stand still does the directory become longer.
 *
 * The order of discovery is the queue of a breadth-first search, and all that its traces need: how a state was
 * reached is found by going back through the levels (reached.ts).
 */
import { generate } from '../generate.ts';
import { grow, growable, List, viewOf } from './lists.ts';

/** Part of the directory that may be filled; threads that share it may fill more until they meet. */
const FILL_MAX = 0.5;
const FILL_SHARED_MAX = 0.75;
/** Blocks that there is room for at first; then a quarter more each time. */
const BLOCKS_FIRST = 64;
const GROWTH = 1.25;

/** What generated code works on; it writes back what it counts when it leaves. */
interface Shelves {
  /** One bit for each state of a block; block after block. */
  pool: Int32Array;
  /** For each block the words of its states, the first without its lowest bits. */
  heads: Int32Array;
  /** Open addressing: the number of a block and one, 0 for an empty place. */
  directory: Int32Array;
  /** How many numbers were given to blocks. */
  readonly begun: Int32Array;
  /** A number that was given to this part, for a block that another one was first to make; −1: none. */
  spare: number;
  /** Blocks that `pool` and `heads` show. */
  blocksMax: number;
  /** A block of this number is not made: there is no room, or the directory would be too full. */
  limit: number;
  /** The segment that states are added to, and the words used of it. */
  segment: Int32Array;
  used: number;
}
/** Takes in the states at `out[j]` up to `end`, `stride` apart; gives where it stopped for lack of room. */
type Take = (s: Shelves, out: Int32Array, j: number, end: number, stride: number) => number;

/** How the words of a state are divided. */
export interface Division {
  readonly width: number;
  /** Bits of the first word that name a bit in a block; at least 5. */
  readonly lowBits: number;
}
/** What all parts share; can be sent to a thread. */
export interface Memory extends Division {
  readonly pool: SharedArrayBuffer;
  readonly heads: SharedArrayBuffer;
  readonly directory: SharedArrayBuffer;
  readonly begun: Int32Array;
  readonly lists: readonly (readonly SharedArrayBuffer[])[];
}
/** The memory of an empty store. */
export function memoryOf({ width, lowBits }: Division, parts: number): Memory {
  if (!(lowBits >= 5 && lowBits <= 20)) throw new Error(`Blocks: ${lowBits} low bits`);
  return {
    width,
    lowBits,
    pool: growable(BLOCKS_FIRST << (lowBits - 5)),
    heads: growable(BLOCKS_FIRST * width),
    directory: growable(BLOCKS_FIRST / FILL_MAX),
    begun: new Int32Array(new SharedArrayBuffer(4)),
    lists: Array.from({ length: parts }, () => List.memory(width)),
  };
}

/** The states found, each once, as one part sees them. */
export class Blocks {
  /** Of each part. */
  readonly lists: readonly List[];
  /** Of this part. */
  readonly list: List;
  readonly #memory: Memory;
  readonly #shelves: Shelves;
  #take: Take;
  #isShared = false;
  /** The number of the first state in the present segment. */
  #segmentStart = 0;

  constructor(memory: Memory, part = 0) {
    const { width } = memory;
    this.#memory = memory;
    this.lists = memory.lists.map((buffers) => new List(buffers, width));
    const list = this.lists[part];
    if (list === undefined) throw new Error(`Blocks: no part ${part} of ${this.lists.length}`);
    this.list = list;
    this.#take = takeOf(memory, false);
    this.#shelves = {
      ...viewsOf(memory),
      begun: memory.begun,
      spare: -1,
      blocksMax: 0,
      limit: 0,
      segment: new Int32Array(0),
      used: 0,
    };
    this.renew();
  }
  /** States that this part found. */
  get count(): number {
    return this.#segmentStart + this.#shelves.used / this.#memory.width;
  }
  /** Bytes of all arrays, of all parts. */
  get bytes(): number {
    const { pool, heads, directory } = this.#memory;
    const lists = this.lists.reduce((sum, list) => sum + list.bytes, 0);
    return pool.byteLength + heads.byteLength + directory.byteLength + lists;
  }
  /** From now on other parts take in states as well. */
  share(): void {
    this.#isShared = true;
    this.#take = takeOf(this.#memory, true);
    this.renew();
  }
  /** Whether the directory should become longer. */
  get isCrowded(): boolean {
    const { begun, directory } = this.#shelves;
    return Atomics.load(begun, 0) > directory.length * FILL_MAX;
  }
  /**
   * Adds the states in `out` from `from` to `end`, `stride` apart, unless they are there. Gives where it stopped: before the end
   * only if it is shared and the directory must become longer first.
   */
  take(out: Int32Array, from: number, end: number, stride: number): number {
    let j = from;
    for (;;) {
      j = this.#take(this.#shelves, out, j, end, stride);
      if (j >= end || !this.#makeRoom()) return j;
    }
  }
  /** Makes the directory longer. If it is shared, all others must stand still, and `renew` before they go on. */
  rehash(): void {
    const { directory, begun, width } = this.#memory;
    this.renew();
    const { heads, directory: old } = this.#shelves;
    const blocks = old.filter((e) => e !== 0);
    let { length } = old;
    while ((begun[0] as number) > length * FILL_MAX || length === old.length) length *= 2;
    grow(directory, length);
    const places = viewOf(directory).fill(0);
    const mask = length - 1;
    for (const block of blocks) {
      let h = hashOf(heads.subarray((block - 1) * width, block * width)) & mask;
      while (places[h] !== 0) h = (h + 1) & mask;
      places[h] = block;
    }
    this.renew();
  }
  /** Sees what others made room for. */
  renew(): void {
    const s = this.#shelves;
    const { width, lowBits } = this.#memory;
    Object.assign(s, viewsOf(this.#memory));
    s.blocksMax = Math.min(s.pool.length >>> (lowBits - 5), Math.floor(s.heads.length / width));
    const fill = this.#isShared ? FILL_SHARED_MAX : FILL_MAX;
    s.limit = Math.min(s.blocksMax, s.directory.length * fill);
  }
  /** Whether a state is there. */
  has(words: Int32Array): boolean {
    const { lowBits } = this.#memory;
    const block = this.#blockOf(words);
    const low = (words[0] as number) & ((1 << lowBits) - 1);
    const word = this.#shelves.pool[(block << (lowBits - 5)) | (low >>> 5)] as number;
    return block >= 0 && (word & (1 << (low & 31))) !== 0;
  }
  /** The number of a state's block; −1 if there is none. */
  #blockOf(words: Int32Array): number {
    const { heads, directory } = this.#shelves;
    const { width, lowBits } = this.#memory;
    const key = headOf(words, lowBits);
    const mask = directory.length - 1;
    for (let h = hashOf(key) & mask; ; h = (h + 1) & mask) {
      const block = (directory[h] as number) - 1;
      if (block < 0 || key.every((x, i) => heads[block * width + i] === x)) return block;
    }
  }
  /** Makes room for at least one more state and one more block; whether that can be done now. */
  #makeRoom(): boolean {
    const s = this.#shelves;
    const { pool, heads, begun, width, lowBits } = this.#memory;
    if (s.used === s.segment.length) {
      const n = this.count;
      s.segment = this.list.roomFor(n);
      s.used = this.list.offsetOf(n);
      this.#segmentStart = n - s.used / width;
    }
    this.renew();
    const next = this.#isShared ? Math.max(s.spare, 0) : (begun[0] as number);
    if (next >= s.blocksMax) {
      const blocksMax = Math.ceil(Math.max(s.blocksMax, next) * GROWTH);
      grow(pool, blocksMax * 2 ** (lowBits - 5));
      grow(heads, blocksMax * width);
      this.renew();
    }
    if (next < s.limit) return true;
    if (this.#isShared) return false;
    this.rehash();
    return true;
  }
}

const viewsOf = ({ pool, heads, directory }: Memory) => ({
  pool: viewOf(pool),
  heads: viewOf(heads),
  directory: viewOf(directory),
});
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

const takeOf = (division: Division, isShared: boolean): Take =>
  generate<Take>(`return(${takeText(division, isShared)})`);

/** Before a state was taken, `last` is none's block. */
const NO_BLOCK = -1;

/**
 * The code for one part alone, or for one of several. Atomic operations are calls, ten times as slow as what they replace, so
 * what nearly always suffices is a plain read: a bit that is set stays set; the number of a block leads to the words that name
 * it, which were written before it. Where a plain read says that something is not there, an atomic operation has the last word.
 */
function takeText({ width, lowBits }: Division, isShared: boolean): string {
  const all = Array.from({ length: width }, (_, i) => i);
  const plus = (i: number): string => (i === 0 ? '' : `+${i}`);
  const head = (i: number): string => (i === 0 ? `x0>>>${lowBits}` : `x${i}`);
  const hash = all.map((i) => `h=Math.imul(h^y${i},${0x9e3779b1 | 0});h^=h>>>15;`).join('');
  const same = all.map((i) => `heads[k${plus(i)}]===y${i}`).join('&&');
  const isLast = all.map((i) => `y${i}===l${i}`).join('&&');
  const name = all.map((i) => `heads[n${plus(i)}]=y${i};`).join('');
  const add = `${all.map((i) => `segment[used+${i}]=x${i};`).join('')}used+=${width};`;
  const leave = `${isShared ? 's.spare=spare' : 'begun[0]=next'};s.used=used;return j;`;
  const make = isShared
    ? `if(spare<0)spare=Atomics.add(begun,0,1);
if(spare>=limit){${leave}}
const n=spare*${width};${name}
e=Atomics.compareExchange(directory,h,0,spare+1);
if(e===0){last=spare;spare=-1;break;}`
    : `if(next>=limit){${leave}}
const n=next*${width};${name}
last=next++;directory[h]=next;break;`;
  return `function(s,out,j,end,stride){
const{pool,heads,directory,begun,segment,blocksMax,limit}=s,mask=directory.length-1,full=segment.length;
let used=s.used,last=${NO_BLOCK},${isShared ? 'spare=s.spare' : 'next=begun[0]'},${all.map((i) => `l${i}=0`).join()};
for(;j<end;j+=stride){
${all.map((i) => `const x${i}=out[j${plus(i)}];`).join('')}
${all.map((i) => `const y${i}=${head(i)};`).join('')}
if(!(last!==${NO_BLOCK}&&${isLast})){
let h=0;${hash}h&=mask;
for(;;){
let e=directory[h];
if(e===0){${make}}
${isShared ? `if(e>blocksMax){${leave}}` : ''}
const k=(e-1)*${width};
if(${same}){last=e-1;break;}
h=h+1&mask;}
${all.map((i) => `l${i}=y${i};`).join('')}}
const low=x0&${(1 << lowBits) - 1},at=last<<${lowBits - 5}|low>>>5,bit=1<<(low&31),found=pool[at];
if((found&bit)===0){
if(used===full){${leave}}
${isShared ? `if((Atomics.or(pool,at,bit)&bit)===0){${add}}` : `pool[at]=found|bit;${add}`}}}
${leave}}`;
}
