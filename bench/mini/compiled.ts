/** The mini model and the engine as JavaScript, as the published package has it: without the loader that a checkout needs. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Compiles a module of this folder, and what it imports, into an empty folder; gives the path of the compiled one. */
export function compiled(name: string, folder: string): string {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const config = {
    extends: join(root, 'tsconfig.build.json'),
    // Types are checked elsewhere.
    compilerOptions: {
      declaration: false,
      noCheck: true,
      types: [],
      rootDir: root,
      outDir: folder,
    },
    include: [join(root, 'bench', 'mini', `${name}.ts`)],
    exclude: [],
  };
  const project = join(folder, 'tsconfig.json');
  writeFileSync(project, JSON.stringify(config));
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
  const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  execFileSync(process.execPath, [tsc, '-p', project], { stdio: 'inherit' });
  return join(folder, 'bench', 'mini', `${name}.js`);
}
