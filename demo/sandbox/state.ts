import type { SandboxKind } from '../../src/cli/drill/sandbox/standing.ts'
import type { Hosting, Shop } from '../stage.ts'

/** A shop that stands for drills, with what it takes to do to it what its team would. */
export type Sandbox = {
  readonly kind: SandboxKind
  readonly shop: Shop
  readonly hosting: Hosting
  /** Where it is told what to do. */
  readonly socket: string
  /** Tables that are Astern's and were there before the first drill. */
  readonly tables: readonly string[]
  /** Anew: whether production is published in this home may be other than before. */
  readonly writeManifest: () => void
  readonly close: () => Promise<void>
}

export const environment = 'shop-sandbox'
/** On its containers: the directory it lies in. */
export const rootLabel = 'com.github.astern.sandbox'
/** What runs before a drill, and again after it. */
export const baseline = '1.2.2'
export const bad: readonly string[] = ['1.2.3', '1.2.4', '1.3.0', '1.3.1']
