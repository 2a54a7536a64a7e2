import type { Engine } from '../docker/engine.ts'
import { schemaName, type SchemaShelf } from '../record/schemas.ts'

type ConfigInfo = { readonly Spec: { readonly Data?: string } }

/** Each in a config of its own. */
export function schemaConfigs(engine: Engine, environment: string): SchemaShelf {
  return {
    read: async fingerprint => {
      const looked = await engine.call(
        'read a schema that is kept there',
        docker => docker.getConfig(schemaName(environment, fingerprint)).inspect() as Promise<ConfigInfo>,
      )
      if (looked.ok) return { ok: true, value: looked.value.Spec.Data ?? '' }
      return looked.status === 404 ? { ok: true, value: null } : looked
    },
  }
}
