import type { HostRecord } from '../../../state/facts.ts'
import type { Result } from '../../../state/fault.ts'
import { newestOn, recordLabels, type Shelf } from '../record/versions.ts'
import type { Engine } from './engine.ts'

/** In the labels of volumes: they never change after its creation, and creation by name is atomic (ADR 9). */
export function volumesOf(engine: Engine): Shelf {
  return {
    host: engine.host,
    list: async environment => {
      const listed = await engine.read(
        { of: 'volumes', which: environment },
        "read the environment's record",
        (docker, abortSignal) =>
          docker.listVolumes({ filters: { label: [`${recordLabels.environment}=${environment}`] }, abortSignal }),
      )
      if (!listed.ok) return listed
      const stored = listed.value.Volumes.map(({ Name, Labels: labels }) => ({
        name: Name,
        labels: labels ?? {},
        record: labels?.[recordLabels.record],
      }))
      return { ok: true, value: stored }
    },
    inspect: name => `docker volume inspect ${name}`,
  }
}

export function readRecord(engine: Engine, environment: string): Promise<Result<HostRecord>> {
  return newestOn(volumesOf(engine), environment)
}
