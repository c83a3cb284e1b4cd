// Runs every check of the project, whatever fails on the way, and ends with the line
// `N passed, N failed`. Each static check counts as one, each test as one.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const staticChecks = ['typecheck', 'lint', 'imports', 'unused'];

/** Runs a script of package.json and tells whether it succeeded. */
function run(script, ...args) {
  console.log(`\n> ${script}`);
  const { status } = spawnSync('npm', ['run', '--silent', script, '--', ...args], {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  return status === 0;
}

/** Counts what vitest's JSON report says; a file that could not be loaded is a failure of its own. */
function readReport(path) {
  const report = JSON.parse(readFileSync(path, 'utf8'));
  const brokenFiles = report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((t) => t.status === 'failed'),
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + brokenFiles.length,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/** Runs the tests. A run that fails without a failing test (no report, a stray error) counts as one. */
function runTests() {
  const folder = mkdtempSync(join(tmpdir(), 'tdicheck-test-'));
  const path = join(folder, 'report.json');
  try {
    const succeeded = run(
      'test:unit',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${path}`,
    );
    const counts = existsSync(path) ? readReport(path) : { passed: 0, failed: 0, skipped: 0 };
    return succeeded ? counts : { ...counts, failed: Math.max(counts.failed, 1) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const failedChecks = staticChecks.filter((script) => !run(script));
const tests = runTests();

const passed = staticChecks.length - failedChecks.length + tests.passed;
const failed = failedChecks.length + tests.failed;
if (failedChecks.length > 0) console.log(`\nfailed checks: ${failedChecks.join(', ')}`);
console.log(
  `\n${passed} passed, ${failed} failed${tests.skipped ? `, ${tests.skipped} skipped` : ''}`,
);
process.exitCode = failed === 0 ? 0 : 1;
