import type { VolumeInspectInfo } from 'dockerode'
import type { HostRecord } from '../../../state/facts.ts'
import type { Fault, Result } from '../../../state/fault.ts'
import type { Engine } from './engine.ts'

export const recordLabels = {
  environment: 'com.github.astern.environment',
  number: 'com.github.astern.number',
  record: 'com.github.astern.record',
  writer: 'com.github.astern.writer',
  /** Who wrote the version before this one. */
  follows: 'com.github.astern.follows',
} as const

export type Version = {
  readonly name: string
  readonly number: number
  readonly writer: string
  readonly follows: string
}

/** `versions`: those there are, the newest first. */
export type Numbered = { readonly record: HostRecord; readonly number: number; readonly versions: readonly Version[] }

const empty: HostRecord = { ledger: [], freeze: null, refused: [], lock: null }

/**
 * The environment's record on one host: the labels of the highest-numbered volume of its name. A volume's labels never
 * change after its creation, and creation by name is atomic, so that each version of the record is whole, and one
 * writer's (ADR 9).
 */
export async function readRecord(engine: Engine, environment: string): Promise<Result<HostRecord>> {
  const read = await readNumbered(engine, environment)
  return read.ok ? { ok: true, value: read.value.record } : read
}

export async function readNumbered(engine: Engine, environment: string): Promise<Result<Numbered>> {
  const listed = await engine.read(
    { of: 'volumes', which: environment },
    "read the environment's record",
    (docker, abortSignal) =>
      docker.listVolumes({ filters: { label: [`${recordLabels.environment}=${environment}`] }, abortSignal }),
  )
  if (!listed.ok) return listed
  const volumes = listed.value.Volumes.filter(volume => numberOf(volume) > 0).sort((a, b) => numberOf(b) - numberOf(a))
  const [newest] = volumes
  const versions = volumes.map(versionOf)
  if (newest === undefined) return { ok: true, value: { record: empty, number: 0, versions } }
  const record = parse(newest.Labels?.[recordLabels.record])
  if (record === null) return { ok: false, fault: broken(engine.host, newest.Name) }
  return { ok: true, value: { record, number: numberOf(newest), versions } }
}

function versionOf(volume: VolumeInspectInfo): Version {
  const labels: Readonly<Record<string, string | undefined>> = volume.Labels
  return {
    name: volume.Name,
    number: numberOf(volume),
    writer: labels[recordLabels.writer] ?? '',
    follows: labels[recordLabels.follows] ?? '',
  }
}

export function volumeName(environment: string, number: number): string {
  return `astern_${environment}_${number}`
}

function numberOf({ Labels }: VolumeInspectInfo): number {
  const written = Labels?.[recordLabels.number] ?? ''
  return /^\d+$/.test(written) ? Number(written) : 0
}

function parse(text: string | undefined): HostRecord | null {
  try {
    const value: unknown = JSON.parse(text ?? '')
    if (typeof value !== 'object' || value === null) return null
    const { ledger, refused } = value as Partial<HostRecord>
    return Array.isArray(ledger) && Array.isArray(refused) && 'freeze' in value && 'lock' in value
      ? (value as HostRecord)
      : null
  } catch {
    return null
  }
}

function broken(host: string, volume: string): Fault {
  return {
    code: 'record.broken',
    what: `The record of the environment on ${host} is damaged: the labels of volume ${volume} do not hold what Astern writes there`,
    means: 'Its ledger, freeze and lock are not known; what must not pass is refused.',
    next: `Look with: docker volume inspect ${volume}. Remove it once you know what it said; the one before it counts then.`,
  }
}
