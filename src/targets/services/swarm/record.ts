import type { HostRecord } from '../../../state/facts.ts'
import type { Result } from '../../../state/fault.ts'
import type { Engine } from '../docker/engine.ts'
import { newestOn, recordLabels, type Shelf } from '../record/versions.ts'

type ConfigInfo = {
  readonly Spec: {
    readonly Name: string
    readonly Labels?: Readonly<Record<string, string>>
    readonly Data?: string
  }
}

/** In configs: all managers have them, they never change after their creation, and creation by name is atomic. */
export function configsOf(engine: Engine): Shelf {
  return {
    host: engine.host,
    list: async environment => {
      const listed = await engine.call("read the environment's record", (docker, abortSignal) =>
        docker.listConfigs({ filters: { label: [`${recordLabels.environment}=${environment}`] }, abortSignal }),
      )
      if (!listed.ok) return listed
      const stored = (listed.value as unknown as readonly ConfigInfo[]).map(({ Spec }) => ({
        name: Spec.Name,
        labels: Spec.Labels ?? {},
        record: Spec.Data === undefined ? undefined : Buffer.from(Spec.Data, 'base64').toString('utf8'),
      }))
      return { ok: true, value: stored }
    },
    inspect: name => `docker config inspect --pretty ${name}`,
  }
}

export function readRecord(engine: Engine, environment: string): Promise<Result<HostRecord>> {
  return newestOn(configsOf(engine), environment)
}
