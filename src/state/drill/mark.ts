import type { Fault } from '../fault.ts'
import type { EnvironmentClass } from '../manifest.ts'
import { isSameTarget, type Identity } from './identity.ts'

/** Put at a target by a person: drills of this environment may hurt it. Bound to the target it was put at. */
export type DrillMark = {
  readonly environment: string
  readonly class: EnvironmentClass
  readonly at: string
  readonly by: string
  readonly run: string
  readonly identity: Identity
}

/** A target, asked who it is and what mark it bears. */
export type Sight = { readonly identity: Identity; readonly mark: DrillMark | 'damaged' | null }

export type HostSight = Sight & {
  /** Records of other environments that the same host holds, or that it lies in. */
  readonly beside: readonly Beside[]
}

export type Beside = {
  /** `volume astern_shop_12`, `/srv/.astern` */
  readonly where: string
  /** Null: a record in a directory does not say whose it is. */
  readonly environment: string | null
  /** That environment is marked for drills there too. */
  readonly marked: boolean
}

/** Made by nobody else, since what made it is a person's permit. */
export function markText(mark: DrillMark): string {
  return JSON.stringify(mark)
}

export function readMark(text: string): DrillMark | 'damaged' {
  try {
    const value: unknown = JSON.parse(text)
    return isMark(value) ? value : 'damaged'
  } catch {
    return 'damaged'
  }
}

function isMark(value: unknown): value is DrillMark {
  if (typeof value !== 'object' || value === null) return false
  const { environment, class: its, at, by, run, identity } = value as Partial<Record<keyof DrillMark, unknown>>
  return [environment, its, at, by, run].every(part => typeof part === 'string') && isIdentity(identity)
}

function isIdentity(value: unknown): value is Identity {
  if (typeof value !== 'object' || value === null) return false
  const { ids, bound } = value as Partial<Record<keyof Identity, unknown>>
  return [ids, bound].every(list => Array.isArray(list) && list.every(item => typeof item === 'string'))
}

/** Is it marked as this command would leave it? */
export function isMarked(
  { identity, mark }: Sight,
  as: { readonly environment: string; readonly class: EnvironmentClass },
): boolean {
  return (
    mark !== null &&
    mark !== 'damaged' &&
    mark.environment === as.environment &&
    mark.class === as.class &&
    isSameTarget(mark.identity, identity)
  )
}

/** It was written, and another look does not find it. */
export function markGone(target: string): Fault {
  return {
    code: 'drill.not-marked',
    what: `The mark of ${target} was written and could not be read there again`,
    means: 'No drill is played there.',
    next: 'Look who else writes there, and mark it again: astern drill --mark',
  }
}
