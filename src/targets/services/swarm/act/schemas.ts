import type { Engine } from '../../docker/engine.ts'
import { schemaLabels, schemaName } from '../../record/schemas.ts'
import type { SchemaStore } from '../../record/act/keep-schema.ts'
import { readRecord } from '../record.ts'
import { schemaConfigs } from '../schemas.ts'

type ConfigInfo = { readonly Spec: { readonly Labels?: Readonly<Record<string, string>> } }

export function schemaConfigStore(engine: Engine, environment: string): SchemaStore {
  return {
    ...schemaConfigs(engine, environment),
    record: () => readRecord(engine, environment),
    list: async () => {
      const label = [`${schemaLabels.environment}=${environment}`]
      const listed = await engine.call('list the schemas that are kept there', (docker, abortSignal) =>
        docker.listConfigs({ filters: { label }, abortSignal }),
      )
      if (!listed.ok) return listed
      const configs = listed.value as unknown as readonly ConfigInfo[]
      return { ok: true, value: configs.map(({ Spec }) => Spec.Labels?.[schemaLabels.fingerprint] ?? '') }
    },
    write: (fingerprint, packed) =>
      engine.call('keep a schema', docker =>
        docker.createConfig({
          Name: schemaName(environment, fingerprint),
          Labels: { [schemaLabels.environment]: environment, [schemaLabels.fingerprint]: fingerprint },
          Data: packed,
        }),
      ),
    remove: async fingerprint => {
      await engine.call('let a schema go', docker => docker.getConfig(schemaName(environment, fingerprint)).remove())
    },
  }
}
