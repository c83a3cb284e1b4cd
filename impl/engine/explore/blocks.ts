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

/** What generated code works on; it writes back the counters when it leaves. */
export interface Shelves {
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
}
/** Takes in the states at `out[j]` up to `end`, `stride` apart; gives where it stopped for lack of room. */
type Take = (s: Shelves, out: Int32Array, j: number, end: number, stride: number) => number;

/** How the words of a state are divided. */
export interface Division {
  readonly width: number;
  /** Bits of the first word that name a bit in a block; at least 5. */
  readonly lowBits: number;
}

/** The states found, each once. */
export class Blocks {
  readonly width: number;
  readonly lowBits: number;
  readonly #take: Take;
  readonly #shelves: Shelves;
  readonly #segments: Int32Array[] = [];
  readonly #segmentWords: number;

  constructor({ width, lowBits }: Division) {
    if (!(lowBits >= 5 && lowBits <= 20)) throw new Error(`Blocks: ${lowBits} low bits`);
    this.width = width;
    this.lowBits = lowBits;
    this.#segmentWords = SEGMENT_STATES * width;
    this.#take = generate<Take>(`return(${takeText(width, lowBits)})`);
    const blocksMax = 64;
    this.#shelves = {
      pool: new Int32Array(blocksMax << (lowBits - 5)),
      heads: new Int32Array(blocksMax * width),
      directory: new Int32Array(blocksMax / FILL_MAX),
      blockCount: 0,
      blocksMax,
      segment: new Int32Array(this.#segmentWords),
      used: 0,
    };
    this.#segments.push(this.#shelves.segment);
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
  /** Adds the states in `out` from `j` to `end`, `stride` apart, unless they are there. */
  take(out: Int32Array, from: number, end: number, stride: number): void {
    let j = from;
    for (;;) {
      j = this.#take(this.#shelves, out, j, end, stride);
      if (j >= end) return;
      this.#makeRoom();
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
  /** The words of the first so many states, one after another. */
  first(count: number): Int32Array {
    const all = new Int32Array(count * this.width);
    for (let n = 0; n < count; n += SEGMENT_STATES) {
      const end = Math.min(SEGMENT_STATES, count - n) * this.width;
      all.set(this.segmentOf(n).subarray(0, end), n * this.width);
    }
    return all;
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
      s.segment = new Int32Array(this.#segmentWords);
      this.#segments.push(s.segment);
      s.used = 0;
    }
    if (s.blockCount === s.blocksMax) this.#growDirectory();
  }
  #growDirectory(): void {
    const s = this.#shelves;
    s.blocksMax *= 2;
    s.pool = enlarged(s.pool, s.blocksMax << (this.lowBits - 5));
    s.heads = enlarged(s.heads, s.blocksMax * this.width);
    s.directory = new Int32Array(s.blocksMax / FILL_MAX);
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
function enlarged(old: Int32Array, length: number): Int32Array {
  const array = new Int32Array(length);
  array.set(old);
  return array;
}

function takeText(width: number, lowBits: number): string {
  const all = Array.from({ length: width }, (_, i) => i);
  const head = (i: number): string => (i === 0 ? `x0>>>${lowBits}` : `x${i}`);
  const hash = all.map((i) => `h=Math.imul(h^y${i},${0x9e3779b1 | 0});h^=h>>>15;`).join('');
  const same = all.map((i) => `heads[k${i === 0 ? '' : `+${i}`}]===y${i}`).join('&&');
  const isLast = all.map((i) => `y${i}===l${i}`).join('&&');
  return `function(s,out,j,end,stride){
let{pool,heads,directory,segment,blockCount,used}=s;
const{blocksMax}=s,mask=directory.length-1,full=segment.length;
let last=-1,${all.map((i) => `l${i}=0`).join()};
for(;j<end;j+=stride){
${all.map((i) => `const x${i}=out[j${i === 0 ? '' : `+${i}`}];`).join('')}
${all.map((i) => `const y${i}=${head(i)};`).join('')}
if(!(last>=0&&${isLast})){
let h=0;${hash}h&=mask;
for(;;){
const e=directory[h];
if(e===0){
if(blockCount===blocksMax){s.blockCount=blockCount;s.used=used;return j;}
last=blockCount++;directory[h]=blockCount;
const k=last*${width};${all.map((i) => `heads[k+${i}]=y${i};`).join('')}
break;}
const k=(e-1)*${width};
if(${same}){last=e-1;break;}
h=h+1&mask;}
${all.map((i) => `l${i}=y${i};`).join('')}}
const low=x0&${(1 << lowBits) - 1},at=last<<${lowBits - 5}|low>>>5,bit=1<<(low&31),found=pool[at];
if((found&bit)===0){
if(used===full){s.blockCount=blockCount;s.used=used;return j;}
pool[at]=found|bit;
${all.map((i) => `segment[used+${i}]=x${i};`).join('')}
used+=${width};}}
s.blockCount=blockCount;s.used=used;return j;}`;
}
