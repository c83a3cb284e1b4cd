/** A thread that searches its part of the mini model. */
import { serve } from '../../impl/engine/index.ts';
import { mini, type Size } from './mini.ts';

serve(({ tdis, pages, bug, isJudged, isSymmetric = false }: Size) => {
  const m = mini(tdis, pages, bug);
  const { engine, plan, judges } = m;
  const symmetry = isSymmetric ? m.symmetry : undefined;
  return {
    engine,
    options: {
      plan,
      ...(isJudged ? { judges } : {}),
      ...(symmetry === undefined ? {} : { canonical: symmetry.canonical, orbit: symmetry.orbit }),
    },
  };
});
