import { schemaLabels, schemaName, type SchemaShelf } from '../record/schemas.ts'
import type { Engine } from './engine.ts'

/** Each in the label of a volume of its own. */
export function schemaVolumes(engine: Engine, environment: string): SchemaShelf {
  return {
    read: async fingerprint => {
      const looked = await engine.call('read a schema that is kept there', (docker, abortSignal) =>
        docker.getVolume(schemaName(environment, fingerprint)).inspect({ abortSignal }),
      )
      if (looked.ok) return { ok: true, value: looked.value.Labels?.[schemaLabels.packed] ?? '' }
      return looked.status === 404 ? { ok: true, value: null } : looked
    },
  }
}
