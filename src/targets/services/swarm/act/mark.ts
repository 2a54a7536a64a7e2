import type { Engine } from '../../docker/engine.ts'
import type { MarkStore } from '../../drill/act/mark.ts'
import { markLabels, markName } from '../../drill/labels.ts'
import { markConfigs } from '../mark.ts'

/** A config's data never changes: the mark before goes first, and until the new one is there nothing is marked. */
export function markConfigStore(engine: Engine): MarkStore {
  return {
    ...markConfigs(engine),
    write: async (environment, text) => {
      const name = markName(environment)
      const gone = await engine.call('take the mark before away', docker => docker.getConfig(name).remove())
      if (!gone.ok && gone.status !== 404) return gone
      return engine.call('put a mark for drills there', docker =>
        docker.createConfig({
          Name: name,
          Labels: { [markLabels.environment]: environment },
          Data: Buffer.from(text).toString('base64'),
        }),
      )
    },
  }
}
