import type { MarkStore } from '../../drill/act/mark.ts'
import { markLabels, markName } from '../../drill/labels.ts'
import type { Engine } from '../engine.ts'
import { markVolumes } from '../mark.ts'

/** A volume's labels never change: the mark before goes first, and until the new one is there nothing is marked. */
export function markVolumeStore(engine: Engine): MarkStore {
  return {
    ...markVolumes(engine),
    write: async (environment, text) => {
      const name = markName(environment)
      const gone = await engine.call('take the mark before away', (docker, abortSignal) =>
        docker.getVolume(name).remove({ abortSignal }),
      )
      if (!gone.ok && gone.status !== 404) return gone
      return engine.call('put a mark for drills there', docker =>
        docker.createVolume({
          Name: name,
          Labels: { [markLabels.environment]: environment, [markLabels.mark]: text },
        }),
      )
    },
  }
}
