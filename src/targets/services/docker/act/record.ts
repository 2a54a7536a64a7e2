import type { RecordChange } from '../../../../state/command.ts'
import type { Outcome } from '../../../outcome.ts'
import { recordLabels } from '../../record/versions.ts'
import { writeVersion, type RecordMeans, type Store } from '../../record/act/write.ts'
import type { Engine } from '../engine.ts'
import { volumesOf } from '../record.ts'

export function writeRecord(engine: Engine, command: RecordChange, means: RecordMeans): Promise<Outcome> {
  return writeVersion(volumeStore(engine), command, means)
}

function volumeStore(engine: Engine): Store {
  return {
    ...volumesOf(engine),
    create: (name, labels, record) =>
      engine.call("write the environment's record", docker =>
        docker.createVolume({ Name: name, Labels: { ...labels, [recordLabels.record]: record } }),
      ),
    remove: async name => {
      await engine.call('remove an old version of the record', (docker, abortSignal) =>
        docker.getVolume(name).remove({ abortSignal }),
      )
    },
  }
}
