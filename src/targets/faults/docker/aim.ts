import type { InjectFault } from '../../../state/drill/command.ts'

/** What a fault is done to, as it was before: whoever finds a keeper can take its fault back from this alone. */
export type Aim =
  | {
      readonly kind: 'container'
      readonly id: string
      readonly name: string
      /** What started it again by itself. */
      readonly policy: { readonly name: string; readonly retries: number }
      readonly graceMs: number
    }
  | {
      readonly kind: 'image'
      readonly id: string
      readonly names: readonly string[]
      readonly digests: readonly string[]
    }
  | { readonly kind: 'tag'; readonly id: string; readonly names: readonly string[]; readonly instead: string }
  | { readonly kind: 'disk'; readonly directory: string }

/** All that a keeper is told. */
export type Order = {
  readonly run: string
  readonly injected: InjectFault
  readonly aim: Aim
}

export const keeperLabels = {
  run: 'com.github.astern.keeper.run',
  inject: 'com.github.astern.keeper.inject',
  fault: 'com.github.astern.keeper.fault',
  aim: 'com.github.astern.keeper.aim',
} as const

/** Of a keeper and of its volume. */
export function keeperName(run: string, inject: string): string {
  return `astern-drill-${run}-${inject}`
}

export function labelsOf({ run, injected, aim }: Order): Record<string, string> {
  return {
    [keeperLabels.run]: run,
    [keeperLabels.inject]: injected.inject,
    [keeperLabels.fault]: JSON.stringify(injected),
    [keeperLabels.aim]: JSON.stringify(aim),
  }
}

/** Null: they are not what Astern wrote. */
export function orderIn(labels: Readonly<Record<string, string>>): Order | null {
  try {
    const run = labels[keeperLabels.run]
    const injected = JSON.parse(labels[keeperLabels.fault] ?? '') as InjectFault
    const aim = JSON.parse(labels[keeperLabels.aim] ?? '') as Aim
    return run === undefined || injected.kind !== 'drill.inject' ? null : { run, injected, aim }
  } catch {
    return null
  }
}

/** Inside a keeper. */
export const inside = {
  /** The directory of a socket: an Engine that starts anew makes another socket, which is seen through its directory alone. */
  run: (nth: number) => `/engine-${nth}`,
  /** The same socket, where its directory has but a link to it. */
  socket: (nth: number) => `/engine-${nth}.sock`,
  disk: '/disk',
  /** Its volume: outlives the container. */
  keep: '/keep',
  state: '/keep/state.json',
  archive: '/keep/image.tar',
  program: 'keeper.mjs',
  /** The container's own. */
  own: '/keeper',
  nameVariable: 'KEEPER_NAME',
  /** What the sockets are called in their directories. */
  socketsVariable: 'ENGINE_SOCKETS',
  /** It was made to take its fault back, and to put nothing there. */
  toldVariable: 'TAKE_BACK',
} as const

/** `failed`: it could not be put there, and nothing of it is left. */
export type Phase = 'putting' | 'holds' | 'taking back' | 'over' | 'failed'

export type KeeperState = { readonly phase: Phase; readonly words: string }
