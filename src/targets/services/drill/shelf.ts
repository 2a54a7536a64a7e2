import type { MarkHost } from '../../../state/command.ts'
import { isSameTarget, type Identity } from '../../../state/drill/identity.ts'
import { isMarked, readMark, type Beside, type HostSight } from '../../../state/drill/mark.ts'
import type { Probed } from '../../../state/facts.ts'
import type { Result } from '../../../state/fault.ts'

/** A host, asked who it is, what mark it bears, and whose records lie there too. */
export type MarkShelf = {
  readonly identity: () => Promise<Result<Identity>>
  /** The mark of an environment as it lies there; null: there is none. */
  readonly mark: (environment: string) => Promise<Result<string | null>>
  readonly beside: (environment: string, identity: Identity) => Promise<Result<readonly Beside[]>>
}

export async function sightOn(shelf: MarkShelf, environment: string): Promise<Result<HostSight>> {
  const identity = await shelf.identity()
  if (!identity.ok) return identity
  const [mark, beside] = await Promise.all([shelf.mark(environment), shelf.beside(environment, identity.value)])
  if (!mark.ok) return mark
  if (!beside.ok) return beside
  const text = mark.value
  return {
    ok: true,
    value: { identity: identity.value, mark: text === null ? null : readMark(text), beside: beside.value },
  }
}

/** Another environment's mark holds there. */
export function holdsHere(text: string | null, identity: Identity): boolean {
  const mark = text === null ? null : readMark(text)
  return mark !== null && mark !== 'damaged' && isSameTarget(mark.identity, identity)
}

/** Of the records that lie there those of other environments, each with a place of it, and whether it is marked there too. */
export async function othersBeside(
  records: readonly { readonly where: string; readonly environment: string | undefined }[],
  own: string,
  identity: Identity,
  mark: MarkShelf['mark'],
): Promise<Result<readonly Beside[]>> {
  const others = new Map<string, string>()
  for (const { where, environment = '' } of records)
    if (environment !== '' && environment !== own) others.set(environment, where)
  const found: Beside[] = []
  for (const [environment, where] of others) {
    const text = await mark(environment)
    if (!text.ok) return text
    found.push({ where, environment, marked: holdsHere(text.value, identity) })
  }
  return { ok: true, value: found }
}

export async function probeMark(shelf: MarkShelf, command: MarkHost, environment: string): Promise<Probed> {
  const sight = await sightOn(shelf, environment)
  if (!sight.ok) return { verdict: 'unclear', observed: null, says: sight.fault.what }
  const is = isMarked(sight.value, { environment, class: command.class })
  const says = `${command.host} is ${is ? '' : 'not '}marked for drills of ${environment}`
  return { verdict: is ? 'holds' : 'not yet', observed: null, says }
}
