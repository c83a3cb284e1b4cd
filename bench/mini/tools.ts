/** The other tools that search the mini model, where they are installed: each is compiled for a size, then run. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promela } from './promela.ts';

/** What a tool found, and the seconds of its search as it measures them itself. */
export interface Measured {
  readonly states: number;
  readonly transitions: number;
  readonly depth: number;
  readonly seconds: number;
  /** Of the transitions so many digits are told; all of them, if it is not given. */
  readonly digits?: number;
}
export interface Tool {
  readonly name: string;
  readonly run: () => Measured;
}

const has = (command: string): boolean => spawnSync(command, ['-V']).error === undefined;
function output(folder: string, command: string, ...args: string[]): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd: folder,
    encoding: 'utf8',
  });
  if (error !== undefined || status !== 0)
    throw new Error(`bench: ${command} ${args.join(' ')}: ${error ?? stderr}`);
  return stdout;
}
const FAST = ['-O3', '-march=native', '-w'];
const PAN = ['-DSAFETY', '-DNOREDUCE', '-DNOFAIR', '-DNOBOUNDCHECK', '-DMEMLIM=18000'];

/** The tools that are there, made for a size in a folder; `states`: how many there will be. */
export function toolsFor(tdis: number, pages: number, states: number, folder: string): Tool[] {
  if (!has('gcc')) return [];
  // At most half full.
  const log = Math.ceil(Math.log2(2 * states));
  copyFileSync(fileURLToPath(new URL('./mini.c', import.meta.url)), join(folder, 'mini.c'));
  output(folder, 'gcc', ...FAST, `-DN=${tdis}`, `-DP=${pages}`, `-DLG=${log}`, '-o', 'c', 'mini.c');
  const c = { name: 'C', run: (): Measured => JSON.parse(output(folder, './c')) };
  if (!has('spin')) return [c];
  writeFileSync(join(folder, 'mini.pml'), promela(tdis, pages));
  output(folder, 'spin', '-a', 'mini.pml');
  output(folder, 'gcc', ...FAST, ...PAN, '-DBFS', '-o', 'bfs', 'pan.c');
  output(folder, 'gcc', ...FAST, ...PAN, '-DBFS_PAR', '-o', 'par', 'pan.c');
  return [
    c,
    { name: 'SPIN BFS', run: () => spin(output(folder, './bfs', `-w${log}`)) },
    { name: 'SPIN BFS_PAR, 2 cores', run: () => spin(output(folder, './par', `-w${log}`, '-u2')) },
  ];
}
/** What SPIN's verifier prints. It counts the state before the first as a step. */
function spin(text: string): Measured {
  const told = (pattern: RegExp): string => {
    const found = pattern.exec(text)?.[1];
    if (found === undefined) throw new Error(`bench: SPIN says nothing like ${pattern}`);
    return found;
  };
  const number = (pattern: RegExp): number => Number(told(pattern));
  if (number(/errors: (\d+)/) !== 0) throw new Error('bench: SPIN found an error');
  // Large numbers are told as 3.2863802e+08.
  const transitions = told(/([\d.e+]+) transitions/);
  const digits = transitions.includes('e')
    ? transitions.split('e')[0]?.replace('.', '').length
    : undefined;
  return {
    states: number(/([\d.e+]+) states, stored/),
    transitions: Number(transitions) - 1,
    ...(digits === undefined ? {} : { digits }),
    depth: number(/depth reached (\d+)/),
    seconds: number(/elapsed time ([\d.]+) seconds/),
  };
}
