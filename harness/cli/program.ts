/** The command line: what there is, and which file does it. Each command is loaded when it is asked for. */
import { Command, CommanderError } from 'commander';
import { UsageError } from '../errors.ts';
import { PROFILES } from '../socket/served.ts';
import { SUBJECTS } from '../subject.ts';
import type { CheckCommandOptions } from './check.ts';
import type { ConformCommandOptions } from './conform.ts';
import {
  DEFAULT_BACKEND,
  DEFAULT_BUDGET,
  DEFAULT_OUT,
  DEFAULT_PRESET,
  DEFAULT_SEED,
  DEFAULT_STACK_BUDGET,
  SEARCHED_BACKEND,
  STACK_BACKEND,
} from './defaults.ts';
import type { DeviceCommandOptions } from './device.ts';
import type { ExplainOptions } from './explain.ts';
import type { ExploreCommandOptions } from './explore.ts';
import type { GraphOptions } from './graph.ts';
import type { ListOptions } from './list.ts';
import {
  budgetFrom,
  memoryFrom,
  millisecondsFrom,
  oneOf,
  pathFrom,
  patternFrom,
  readingFrom,
  seedFrom,
  statesFrom,
  workersFrom,
} from './options.ts';
import type { ReplayOptions } from './replay.ts';
import type { ShrinkOptions } from './shrink.ts';
import type { Terminal } from './terminal.ts';
import { TOPICS } from './topics.ts';
import type { ValidateOptions } from './validate.ts';
import { version } from './version.ts';

const EXIT_CODES = `
Exit codes:
  0 holds · 1 property violated · 2 usage · 3 vacuous: a witness or mutant never showed · 4 inconclusive
  5 subject differs from the model · 6 a corpus entry changed its verdict · 7 trace rejected
  70 bug of tdicheck · 130 interrupted. Where several apply: 1, 5, 6, 3, 4.
`;
const USAGE_CODES = `
Exit codes:
  0 done · 2 usage · 70 bug of tdicheck
`;
const SEARCHED = `whose TSM verbs: an id, or a module with a backend (default: that of the slice, or "${SEARCHED_BACKEND}")`;
const formatFrom = oneOf('format', ['pretty', 'json']);
const subjectFrom = oneOf('subject', SUBJECTS);
const example = (...commands: string[]): string =>
  `\nExamples:\n${commands.map((c) => `  npx tdicheck ${c}\n`).join('')}`;

/** Parses the arguments and runs the command that they name; gives the exit code. */
export async function run(argv: readonly string[], terminal: Terminal): Promise<number> {
  let code = 0;
  const program = programFor(terminal, (c) => {
    code = c;
  });
  try {
    await program.parseAsync([...argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Help and version were asked for.
    if (error.exitCode === 0) return 0;
    throw usageOf(error, argv, program);
  }
  return code;
}

/** Commander's error in our form. */
function usageOf(error: CommanderError, argv: readonly string[], program: Command): UsageError {
  const names = program.commands.map((c) => c.name());
  const named = names.find((n) => n === argv[0]);
  const help = `see npx tdicheck ${named === undefined ? '' : `${named} `}--help`;
  if (error.code === 'commander.help')
    return new UsageError('no command given', `expected one of ${names.join(', ')}`, help);
  const [what = '', hint] = error.message.replace(/^error: /, '').split('\n');
  return hint === undefined ? new UsageError(what, help) : new UsageError(what, hint, help);
}

function programFor(terminal: Terminal, done: (code: number) => void): Command {
  const program = new Command('tdicheck')
    .description(
      'An executable model of trusted device I/O (TDISP, IDE, SPDM) and a checker that runs implementations against it.',
    )
    .version(version())
    .exitOverride()
    .showSuggestionAfterError()
    .configureOutput({
      writeOut: (text) => terminal.out(text),
      // Errors are shown where they are caught, in our form.
      writeErr: () => {},
      getOutHelpWidth: () => terminal.columns,
      getOutHasColors: () => false,
    })
    .addHelpText(
      'after',
      `${example('check', 'list properties', 'explain tdisp.lock')}${EXIT_CODES}`,
    );

  addCheck(program, terminal, done);
  addExplore(program, terminal, done);
  addGraph(program, terminal, done);
  addReplay(program, terminal, done);
  addShrink(program, terminal, done);
  addValidate(program, terminal, done);
  addDevice(program, terminal, done);
  addConform(program, terminal, done);
  addList(program, terminal, done);
  addExplain(program, terminal, done);
  return program;
}

type Done = (code: number) => void;

function addCheck(program: Command, terminal: Terminal, done: Done): void {
  program
    .command('check')
    .description('Check an implementation of the rules against the model and the properties.')
    .option(
      '--backend <id|file>',
      `whose TSM verbs: an id, or a module with a backend (default: "${DEFAULT_BACKEND}"; of the stack "${STACK_BACKEND}"; of a slice its own)`,
    )
    .option('--preset <id>', `how large the world is (default: "${DEFAULT_PRESET}")`)
    .option('--seed <n>', 'decides everything that is random', seedFrom, DEFAULT_SEED)
    .option(
      '--budget <n>',
      `how many sequences (default: ${DEFAULT_BUDGET}; of the stack ${DEFAULT_STACK_BUDGET})`,
      budgetFrom,
    )
    .option('--subject <name>', 'what is checked: engine, model or stack', subjectFrom, 'engine')
    .option('--mutant <id>', 'give the subject a mistake: a mutant, or a fault that list shows')
    .option('--grep <regex>', 'only properties whose id or title matches', patternFrom)
    .option('--reading <name=value>', 'fix a disputed reading (repeatable)', readingFrom)
    .option('--profile <id>', 'sequences of one kind: steady, busy, hostile or pause')
    .option('--path <round:path>', 'only the one sequence that failed before', pathFrom)
    .option('--out <dir>', `where counterexamples go (default: "${DEFAULT_OUT}")`)
    .option('--format <format>', 'pretty or json', formatFrom, 'pretty')
    .option('--verbose', 'show every case of every rule')
    .addHelpText(
      'after',
      `${example('check', 'check --budget 20000 --seed 7 --reading commandClear=level', 'check --grep dma --format json', 'check --backend ./my-tsm.ts', 'check --subject stack')}${EXIT_CODES}`,
    )
    .action(async (o: CheckCommandOptions) => {
      const { checkCommand } = await import('./check.ts');
      done(await checkCommand(o, terminal));
    });
}

function addExplore(program: Command, terminal: Terminal, done: Done): void {
  program
    .command('explore')
    .description('Visit every state that a preset can reach and judge every property there.')
    .option('--backend <id|file>', SEARCHED)
    .option('--preset <id>', 'how large the world is', 'tiny')
    .option('--mutant <id>', 'rules with a mistake (a mutant or a planted fault)')
    .option('--grep <regex>', 'only properties whose id or title matches', patternFrom)
    .option('--reading <name=value>', 'fix a disputed reading (repeatable)', readingFrom)
    .option('--lockstep', 'compare model and engine at every state, for every attempt')
    .option('--symmetry', 'visit one of all states that differ in which guest, page, … is which')
    .option('--witness <id>', 'show a shortest run that reaches what this reach property wants')
    .option('--states <n>', 'stop after so many states', statesFrom)
    .option(
      '--memory <MiB>',
      'stop the search when its store takes more; what comes after it takes more yet',
      memoryFrom,
    )
    .option('--workers <n>', 'threads; pays from about a million states (default: 1)', workersFrom)
    .option(
      '--checkpoint <file>',
      'keep the search in this new file every half minute, to go on with it',
    )
    .option('--resume <file>', 'go on with a search that was kept, and keep it there')
    .option('--out <dir>', `where counterexamples go (default: "${DEFAULT_OUT}")`)
    .option('--format <format>', 'pretty or json', formatFrom, 'pretty')
    .addHelpText(
      'after',
      `${example('explore', 'explore --preset tiny --mutant FAULT', 'explore --preset lifecycle', 'explore --lockstep', 'explore --witness reach-run', 'explore --preset small --states 2000000 --workers 2 --checkpoint search.json')}${EXIT_CODES}`,
    )
    .action(async (o: ExploreCommandOptions) => {
      const { exploreCommand } = await import('./explore.ts');
      done(await exploreCommand(o, terminal));
    });
}

function addGraph(program: Command, terminal: Terminal, done: Done): void {
  program
    .command('graph')
    .description('Draw the states of a preset, as far as some fields tell them apart.')
    .option('--backend <id|file>', SEARCHED)
    .option('--preset <id>', 'how large the world is', 'tiny')
    .option(
      '--fields <list>',
      'what to look at: group.field, separated by commas (default: "tdi.state")',
    )
    .option('--reading <name=value>', 'fix a disputed reading (repeatable)', readingFrom)
    .option('--states <n>', 'give up after so many states', statesFrom, 2_000_000)
    .option(
      '--format <format>',
      'dot, svg, or aut: all states and steps as Aldebaran',
      oneOf('format', ['dot', 'svg', 'aut']),
      'dot',
    )
    .addHelpText(
      'after',
      `${example('graph --format svg > tdi.svg', 'graph --fields tdi.state,tsm.cached', 'graph --preset td-launch --backend kvm-tdx --format aut > td.aut')}
Exit codes:
  0 done · 2 usage · 4 inconclusive: more states than --states · 70 bug of tdicheck · 130 interrupted
`,
    )
    .action(async (o: GraphOptions) => {
      const { graphCommand } = await import('./graph.ts');
      done(await graphCommand(o, terminal));
    });
}

function addReplay(program: Command, terminal: Terminal, done: Done): void {
  program
    .command('replay')
    .description('Run a stored trace again, and tell whether its verdict is the recorded one.')
    .argument('<file>', 'a trace that check, explore or shrink wrote')
    .option('--backend <id|file>', 'the module with the backend of the trace')
    .option(
      '--subject <name>',
      'what runs it: engine, model or stack (default: what the trace names)',
      subjectFrom,
    )
    .option('--mutant <id>', 'another mistake than the recorded; none: without any')
    .option('--format <format>', 'pretty or json', formatFrom, 'pretty')
    .addHelpText(
      'after',
      `${example('replay counterexamples/planted/FILE.json', 'replay FILE.json --mutant none')}${EXIT_CODES}`,
    )
    .action(async (file: string, o: ReplayOptions) => {
      const { replayCommand } = await import('./replay.ts');
      done(await replayCommand(file, o, terminal));
    });
}

function addShrink(program: Command, terminal: Terminal, done: Done): void {
  program
    .command('shrink')
    .description('Make a stored trace as short as it can be with the same verdict.')
    .argument('<file>', 'a trace')
    .option('--backend <id|file>', 'the module with the backend of the trace')
    .option('--out <dir>', 'where the result goes (default: beside the input)')
    .option('--in-place', 'replace the input')
    .option(
      '--subject <name>',
      'what runs it: engine, model or stack (default: what the trace names)',
      subjectFrom,
    )
    .option('--format <format>', 'pretty or json', formatFrom, 'pretty')
    .addHelpText(
      'after',
      `${example('shrink FILE.json', 'shrink FILE.json --in-place')}${USAGE_CODES}`,
    )
    .action(async (file: string, o: ShrinkOptions) => {
      const { shrinkCommand } = await import('./shrink.ts');
      done(await shrinkCommand(file, o, terminal));
    });
}

function addValidate(program: Command, terminal: Terminal, done: Done): void {
  program
    .command('validate')
    .description(
      'Verify a recorded conversation between TSM and device, and follow it through the model.',
    )
    .argument(
      '<file>',
      'a packet file (pcap, link type 292): DOE objects, request and response in turn',
    )
    .option('--secrets <file>', 'the secrets of its sessions, as JSON (always needed)')
    .option('--strict', 'known deviations reject it too')
    .option('--format <format>', 'pretty or json', formatFrom, 'pretty')
    .addHelpText(
      'after',
      `${example('validate examples/recordings/spdm13-p256-aes.pcap --secrets examples/recordings/spdm13-p256-aes.json', 'validate FILE.pcap --secrets FILE.json --strict --format json')}
Exit codes:
  0 admitted, perhaps with known deviations · 2 usage · 7 trace rejected · 70 bug of tdicheck
`,
    )
    .action(async (file: string, o: ValidateOptions) => {
      const { validateCommand } = await import('./validate.ts');
      done(validateCommand(file, o, terminal));
    });
}

function addDevice(program: Command, terminal: Terminal, done: Done): void {
  program
    .command('device')
    .description('Serve a TEE-IO device in software over the socket of the public SPDM emulator.')
    .option('--listen <host:port>', 'where; port 0 for any that is free', '127.0.0.1:2323')
    .option('--any-address', 'allow to listen on other addresses than loopback')
    .option('--profile <name>', PROFILES.join(' or '), oneOf('profile', PROFILES), 'sample')
    .option('--seed <n>', 'decides keys and nonces', seedFrom, DEFAULT_SEED)
    .option('--mutant <id>', 'give the device a fault of the stack that is one of its device')
    .addHelpText(
      'after',
      `${example('device', 'device --listen 127.0.0.1:0 --seed 7', 'device --profile emulator', 'device --mutant nonce-not-compared')}
Profiles:
  sample     a PF and two VFs: functions 0x100 to 0x102, stream 7, IDE port 0
  emulator   what the requester of spdm-emu asks for: function 0xbeef, stream 0, IDE port 1
${USAGE_CODES}`,
    )
    .action(async (o: DeviceCommandOptions) => {
      const { deviceCommand } = await import('./device.ts');
      done(await deviceCommand(o, terminal));
    });
}

function addConform(program: Command, terminal: Terminal, done: Done): void {
  program
    .command('conform')
    .description('Drive a responder over a socket, and compare what it answers with the model.')
    .argument('<url>', 'tcp://HOST:PORT')
    .option('--any-address', 'allow other addresses than loopback')
    .option('--profile <name>', PROFILES.join(' or '), oneOf('profile', PROFILES), 'sample')
    .option('--seed <n>', 'decides the sequences', seedFrom, DEFAULT_SEED)
    .option('--budget <n>', 'how many sequences', budgetFrom, 40)
    .option('--timeout <ms>', 'milliseconds in which an answer must come', millisecondsFrom, 2000)
    .option('--strict', 'known deviations count as well')
    .option('--format <format>', 'pretty or json', formatFrom, 'pretty')
    .addHelpText(
      'after',
      `${example('conform tcp://127.0.0.1:2323', 'conform tcp://127.0.0.1:2323 --budget 200 --seed 7 --strict', 'conform tcp://127.0.0.1:2323 --profile emulator --format json')}
Exit codes:
  0 no disagreement but known deviations · 2 usage · 5 the responder differs from the model
  70 bug of tdicheck · 130 interrupted
`,
    )
    .action(async (url: string, o: ConformCommandOptions) => {
      const { conformCommand } = await import('./conform.ts');
      done(await conformCommand(url, o, terminal));
    });
}

function addList(program: Command, terminal: Terminal, done: Done): void {
  program
    .command('list')
    .description(`List what there is: ${TOPICS.join(', ')}.`)
    .argument('<topic>', TOPICS.join(', '))
    .option('--backend <id|file>', 'whose rules and mutants', DEFAULT_BACKEND)
    .option('--grep <regex>', 'only what matches', patternFrom)
    .option('--format <format>', 'pretty or json', formatFrom, 'pretty')
    .addHelpText(
      'after',
      `${example('list properties', 'list mutants --grep tdisp.lock', 'list rules --format json')}${USAGE_CODES}`,
    )
    .action(async (topic: string, o: ListOptions) => {
      const { listCommand } = await import('./list.ts');
      done(await listCommand(topic, o, terminal));
    });
}

function addExplain(program: Command, terminal: Terminal, done: Done): void {
  program
    .command('explain')
    .description(
      'Explain a rule, property, word, mutant, fault, clause, facet, preset, reading, backend, error code or verdict.',
    )
    .argument('<id>', 'its id')
    .option(
      '--backend <id|file>',
      `whose rules and mutants (default: "${DEFAULT_BACKEND}", then the others)`,
    )
    .option('--format <format>', 'pretty or json', formatFrom, 'pretty')
    .addHelpText(
      'after',
      `${example('explain tdisp.lock', 'explain cfg-bar', 'explain INVALID_NONCE')}${USAGE_CODES}`,
    )
    .action(async (id: string, o: ExplainOptions) => {
      const { explainCommand } = await import('./explain.ts');
      done(await explainCommand(id, o, terminal));
    });
}
