import type { Permit } from '../../../permit.ts'
import type { Engine } from '../engine.ts'

type Engines = Readonly<Record<string, Engine>>

/** The same Engines, asked nothing more once the environment is no longer the permit's: then nobody answers. */
export function enginesWhileOurs(engines: Engines, { stillOurs }: Permit): Engines {
  const whileOurs = (engine: Engine): Engine => ({
    ...engine,
    call: async (...asked) => {
      const fault = await stillOurs()
      return fault === null ? engine.call(...asked) : { ok: false, status: null, fault }
    },
  })
  return Object.fromEntries(Object.entries(engines).map(([host, engine]) => [host, whileOurs(engine)]))
}
