/* The mini model (mini.ts) once more, in C: what a program written for this one model can reach. A state is one 64-bit word; the
 * set of states is an open-addressing table whose places are fetched ahead of use; the queue is the list of states.
 *
 *   gcc -O3 -march=native -w -DN=3 -DP=1 -DLG=23 mini.c && ./a.out      N TDIs, P pages, 2^LG places
 *
 * Prints states, transitions, depth and seconds, as JSON. */
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <time.h>

typedef uint64_t S;
/* A TDI: st 0-1, own 2-3, acc 4, bme 5, mse 6, then a bit of map for each page, then one of tlb. */
#define W (7 + 2 * P)
enum { UNLOCKED, LOCKED, RUN, ERROR };
#define ACC (1ull << 4)
#define BME (1ull << 5)
#define MSE (1ull << 6)
#define MAP(p) (1ull << (7 + (p)))
#define TLB(p) (1ull << (7 + P + (p)))
#define TLBS (((1ull << P) - 1) << (7 + P))
#define TDI ((1ull << W) - 1)
/* The TDIs, then two bits for the owner of each page, then spdm and ide. */
#define PAGES (N * W)
#define SPDM (1ull << (PAGES + 2 * P))
#define IDE (SPDM << 1)
#define SUCCESSORS_MAX (8 + N * 10 + 3 * P + 4 * N * P)
#define EACH(i, n) _Pragma("GCC unroll 8") for (int i = 0; i < n; i++)

static inline S tdi(S s, int t) { return s >> (t * W) & TDI; }
static inline S put(S s, int t, S x) { return (s & ~(TDI << (t * W))) | x << (t * W); }
static inline unsigned owner(S s, int p) { return s >> (PAGES + 2 * p) & 3; }
static inline S fail(S x) {
  unsigned st = x & 3;
  return st == LOCKED || st == RUN ? (x & ~(3ull | ACC)) | ERROR : x;
}
static inline int mayDma(S x, unsigned owner, int p) {
  unsigned st = x & 3;
  return x & BME && x & (MAP(p) | TLB(p)) && (owner == 0 ? st != ERROR : st == RUN);
}
static inline int holds(S s) {
  int connected = s & SPDM && s & IDE;
  EACH(t, N) {
    S x = tdi(s, t);
    unsigned st = x & 3, own = x >> 2 & 3;
    int locked = st == LOCKED || st == RUN;
    if (locked && !connected) return 0;
    if ((st == UNLOCKED) != (own == 0)) return 0;
    if (x & ACC && !locked) return 0;
    if (st == RUN && !(x & ACC)) return 0;
    EACH(p, P) {
      unsigned o = owner(s, p);
      if (o && mayDma(x, o, p) && !(st == RUN && own == o)) return 0;
    }
  }
  return 1;
}
/* All successors, self-loops included; how many. */
static inline int successors(S s, S *out) {
  int k = 0;
  int connected = s & SPDM && s & IDE;
  S maps = 0;
  if (!(s & SPDM)) out[k++] = s | SPDM;
  else {
    if (!(s & IDE)) out[k++] = s | IDE;
    S d = s & ~(SPDM | IDE);
    EACH(t, N) d = put(d, t, fail(tdi(s, t)));
    out[k++] = d;
  }
  EACH(t, N) {
    S x = tdi(s, t);
    unsigned st = x & 3, own = x >> 2 & 3;
    maps |= x;
    if (st != UNLOCKED) out[k++] = put(s, t, x & (BME | MSE));
    else if (connected) for (S g = 1; g <= 2; g++) out[k++] = put(s, t, (x & ~15ull) | LOCKED | g << 2);
    if (st == LOCKED) out[k++] = put(s, t, x & ACC ? (x & ~3ull) | RUN : x | ACC);
    out[k++] = put(s, t, x & BME ? fail(x) & ~BME : x | BME);
    out[k++] = put(s, t, x & MSE ? fail(x) & ~MSE : x | MSE);
    out[k++] = put(s, t, fail(x) & ~(BME | MSE | TLBS));
    EACH(p, P) {
      unsigned o = owner(s, p);
      if (x & MAP(p)) out[k++] = put(s, t, x & ~MAP(p));
      else if (o == 0 || (st == RUN && own == o)) out[k++] = put(s, t, x | MAP(p));
      if (x & TLB(p)) out[k++] = put(s, t, x & ~TLB(p));
      if (mayDma(x, o, p)) out[k++] = put(s, t, x | TLB(p));
    }
  }
  EACH(p, P) {
    S page = 1ull << (PAGES + 2 * p);
    if (maps & (MAP(p) | TLB(p))) continue;
    if (owner(s, p)) out[k++] = s & ~(3 * page);
    else { out[k++] = s | page; out[k++] = s | 2 * page; }
  }
  return k;
}

#define FULL (1ull << 63) /* marks a place that is taken */
#define AHEAD 64          /* states between the fetch of a place and its use */
static S *table, *queue;
static uint64_t tail;
static uint64_t placeOf(S s) {
  uint64_t h = s * 0x9E3779B97F4A7C15ull;
  h ^= h >> 32;
  return h * 0xD6E8FEB86659FD93ull >> (64 - LG);
}
static inline int add(S s, uint64_t h) {
  for (;; h = (h + 1) & ((1ull << LG) - 1)) {
    if (table[h] == (s | FULL)) return 1;
    if (table[h]) continue;
    table[h] = s | FULL;
    queue[tail++] = s;
    return holds(s);
  }
}
static void *room(uint64_t bytes) {
  void *p = mmap(0, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  madvise(p, bytes, MADV_HUGEPAGE);
  return p;
}
static double seconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec * 1e-9;
}
int main(void) {
  double began = seconds();
  uint64_t head = 0, level = 1, transitions = 0, in = 0, done = 0;
  int depth = 0;
  S out[SUCCESSORS_MAX], waiting[AHEAD];
  uint64_t places[AHEAD];
  table = room(8ull << LG);
  queue = room(8ull << LG);
  add(0, placeOf(0));
#define NEXT if (!add(waiting[done % AHEAD], places[done % AHEAD])) return 1; else done++
  for (;;) {
    if (head == level) {
      while (done < in) { NEXT; }
      if (head == tail) break;
      depth++;
      level = tail;
    }
    int k = successors(queue[head++], out);
    transitions += k;
    for (int i = 0; i < k; i++) {
      if (in - done == AHEAD) { NEXT; }
      uint64_t h = placeOf(out[i]);
      waiting[in % AHEAD] = out[i];
      places[in++ % AHEAD] = h;
      __builtin_prefetch(&table[h], 1);
    }
  }
  printf("{\"states\":%lu,\"transitions\":%lu,\"depth\":%d,\"seconds\":%.4f}\n", tail, transitions, depth, seconds() - began);
  return 0;
}
