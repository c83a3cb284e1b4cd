/** A thread that searches its part of the mini model. */
import { serve } from '../../impl/engine/index.ts';
import { mini, type Size } from './mini.ts';

serve(({ tdis, pages, bug, isJudged, isSymmetric = false }: Size) => {
  const { engine, plan, judges, symmetry } = mini(tdis, pages, bug);
  const { canonical, orbit } = symmetry;
  return {
    engine,
    options: {
      plan,
      ...(isJudged ? { judges } : {}),
      ...(isSymmetric ? { canonical, orbit } : {}),
    },
  };
});
