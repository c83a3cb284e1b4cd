import { tsImport } from 'tsx/esm/api';

const [file, workers, how, what] = process.argv.slice(2);
const { searchKept } = await tsImport('./checkpoint.fixture.ts', {
  parentURL: import.meta.url,
  tsconfig: false,
});
await searchKept(file, Number(workers), how === 'resumed', what === 'tenants');
