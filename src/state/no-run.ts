import type { Actor } from './event.ts'
import type { Manifest } from './manifest.ts'
import { initialState } from './reduce.ts'
import type { RunState } from './run-state.ts'

/** What a console that watches an environment knows while no run is open there: the environment, and nothing that happened. */
export function withoutRun(manifest: Manifest, manifestFile: string, now: string, by: Actor): RunState {
  const { name, class: environmentClass } = manifest.environment
  const run = {
    id: '',
    purpose: { kind: 'rollback' },
    environment: name,
    class: environmentClass,
    manifest,
    manifestFile,
    options: { version: null, emergency: false, preserveData: false, services: [] },
    confirmed: { names: [], planHash: null },
    headless: false,
    timezone: null,
    breaks: null,
    openedAt: now,
    by,
  } as const
  return { ...initialState, at: now, run }
}
