import { schemaLabels, schemaName } from '../../record/schemas.ts'
import type { SchemaStore } from '../../record/act/keep-schema.ts'
import type { Engine } from '../engine.ts'
import { readRecord } from '../record.ts'
import { schemaVolumes } from '../schemas.ts'

export function schemaVolumeStore(engine: Engine, environment: string): SchemaStore {
  return {
    ...schemaVolumes(engine, environment),
    record: () => readRecord(engine, environment),
    list: async () => {
      const label = [`${schemaLabels.environment}=${environment}`]
      const listed = await engine.call('list the schemas that are kept there', (docker, abortSignal) =>
        docker.listVolumes({ filters: { label }, abortSignal }),
      )
      if (!listed.ok) return listed
      return { ok: true, value: listed.value.Volumes.map(({ Labels }) => Labels?.[schemaLabels.fingerprint] ?? '') }
    },
    write: (fingerprint, packed) =>
      engine.call('keep a schema', docker =>
        docker.createVolume({
          Name: schemaName(environment, fingerprint),
          Labels: {
            [schemaLabels.environment]: environment,
            [schemaLabels.fingerprint]: fingerprint,
            [schemaLabels.packed]: packed,
          },
        }),
      ),
    remove: async fingerprint => {
      await engine.call('let a schema go', (docker, abortSignal) =>
        docker.getVolume(schemaName(environment, fingerprint)).remove({ abortSignal }),
      )
    },
  }
}
