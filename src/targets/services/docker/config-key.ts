import { createHash, createHmac } from 'node:crypto'
import type { Engine } from './engine.ts'

/** What values are hashed with on one host (ADR 11). `id` tells two keys apart and gives neither away. */
export type ConfigKey = { readonly id: string; readonly hash: (value: string) => string }

export const keyLabel = 'com.github.astern.key'

const known = new WeakMap<Engine, Map<string, ConfigKey>>()

/** Null: nothing was recorded on this host yet, or it cannot be read. */
export async function configKey(engine: Engine, environment: string): Promise<ConfigKey | null> {
  const before = known.get(engine)?.get(environment)
  if (before !== undefined) return before
  const looked = await engine.read(
    { of: 'volumes', which: keyVolume(environment) },
    'read the key that configurations are compared by',
    (docker, abortSignal) => docker.getVolume(keyVolume(environment)).inspect({ abortSignal }),
  )
  const labels: Readonly<Record<string, string | undefined>> = looked.ok ? (looked.value.Labels ?? {}) : {}
  const secret = labels[keyLabel]
  if (secret === undefined || secret === '') return null
  const key = keyOf(secret)
  known.set(engine, new Map([...(known.get(engine) ?? []), [environment, key]]))
  return key
}

export function keyVolume(environment: string): string {
  return `astern_${environment}_key`
}

/** Eight digits tell a change from none, and are no more than what a ledger of many services has room for. */
function keyOf(secret: string): ConfigKey {
  const id = createHash('sha256').update(secret).digest('hex').slice(0, 8)
  return { id, hash: value => createHmac('sha256', secret).update(value).digest('hex').slice(0, 8) }
}
