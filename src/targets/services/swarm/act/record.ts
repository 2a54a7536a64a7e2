import type { RecordChange } from '../../../../state/command.ts'
import type { Outcome } from '../../../outcome.ts'
import type { Engine } from '../../docker/engine.ts'
import { writeVersion, type RecordMeans, type Store } from '../../record/act/write.ts'
import { configsOf } from '../record.ts'

export function writeRecord(engine: Engine, command: RecordChange, means: RecordMeans): Promise<Outcome> {
  return writeVersion(configStore(engine), command, means)
}

function configStore(engine: Engine): Store {
  return {
    ...configsOf(engine),
    create: (name, labels, record) =>
      engine.call("write the environment's record", docker =>
        docker.createConfig({ Name: name, Labels: labels, Data: Buffer.from(record).toString('base64') }),
      ),
    remove: async name => {
      await engine.call('remove an old version of the record', docker => docker.getConfig(name).remove())
    },
  }
}
