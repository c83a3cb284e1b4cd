/** The mini model (mini.ts) once more, in Promela: one process, one atomic step for each event and each choice of members. */

/** A Promela program; its never-claim-free safety check is an assertion of what must not be. */
export function promela(tdis: number, pages: number): string {
  const ts = Array.from({ length: tdis }, (_, t) => t);
  const ps = Array.from({ length: pages }, (_, p) => p);
  const events: string[] = [];
  const event = (guard: string, effect: string): void =>
    void events.push(`:: d_step { ${guard} -> ${effect} }`);
  const fail = (t: number): string => `FAIL(st${t}, acc${t})`;

  event('!spdm', 'spdm = 1');
  event('spdm && !ide', 'ide = 1');
  event('spdm', `spdm = 0; ide = 0; ${ts.map(fail).join('; ')}`);
  for (const t of ts) {
    for (const g of [1, 2])
      event(`spdm && ide && st${t} == 0`, `st${t} = 1; own${t} = ${g}; acc${t} = 0`);
    event(`st${t} == 1 && !acc${t}`, `acc${t} = 1`);
    event(`st${t} == 1 && acc${t}`, `st${t} = 2`);
    const gone = ps.map((p) => `map${t}_${p} = 0; tlb${t}_${p} = 0`).join('; ');
    event(`st${t} != 0`, `st${t} = 0; own${t} = 0; acc${t} = 0; ${gone}`);
    for (const bit of ['bme', 'mse']) {
      event(`!${bit}${t}`, `${bit}${t} = 1`);
      event(`${bit}${t}`, `${bit}${t} = 0; ${fail(t)}`);
    }
    const flushed = ps.map((p) => `tlb${t}_${p} = 0`).join('; ');
    event('true', `bme${t} = 0; mse${t} = 0; ${flushed}; ${fail(t)}`);
    for (const p of ps) {
      const [map, tlb, owner] = [`map${t}_${p}`, `tlb${t}_${p}`, `owner${p}`];
      event(`!${map} && (${owner} == 0 || (st${t} == 2 && own${t} == ${owner}))`, `${map} = 1`);
      event(map, `${map} = 0`);
      event(tlb, `${tlb} = 0`);
      const may = `(${owner} == 0 && st${t} != 3) || st${t} == 2`;
      event(`bme${t} && (${map} || ${tlb}) && (${may})`, `${tlb} = 1`);
    }
  }
  for (const p of ps) {
    const free = ts.map((t) => `!map${t}_${p} && !tlb${t}_${p}`).join(' && ');
    for (const g of [1, 2]) event(`owner${p} == 0 && ${free}`, `owner${p} = ${g}`);
    event(`owner${p} != 0 && ${free}`, `owner${p} = 0`);
  }
  const bad = ts.flatMap((t) => [
    `((st${t} == 1 || st${t} == 2) && !(spdm && ide))`,
    `((st${t} == 0) != (own${t} == 0))`,
    `(acc${t} && !(st${t} == 1 || st${t} == 2))`,
    `(st${t} == 2 && !acc${t})`,
    ...ps.map(
      (p) =>
        `(owner${p} != 0 && bme${t} && (map${t}_${p} || tlb${t}_${p}) && st${t} == 2 && own${t} != owner${p})`,
    ),
  ]);
  return [
    'bit spdm, ide;',
    ...ts.flatMap((t) => [
      `unsigned st${t} : 2, own${t} : 2; bit acc${t}, bme${t}, mse${t};`,
      ...ps.map((p) => `bit map${t}_${p}, tlb${t}_${p};`),
    ]),
    ...ps.map((p) => `unsigned owner${p} : 2;`),
    '#define FAIL(s, a) if :: (s == 1 || s == 2) -> s = 3; a = 0 :: else fi',
    'active proctype mini() {',
    'do',
    `:: d_step { ${bad.join(' || ')} -> assert(false) }`,
    ...events,
    'od }',
  ].join('\n');
}
