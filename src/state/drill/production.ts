import { canonical, type Json } from '../json.ts'

/** Production as it was published: by environment, every id of its targets. */
export type Production = Readonly<Record<string, Published>>

export type Published = {
  readonly at: string
  readonly by: string
  /** The bastion it was published from. */
  readonly on: string
  readonly ids: Readonly<Record<string, PublishedId>>
  /** Hashes of the references its manifest has to secrets, and of where its channels lead. */
  readonly references: readonly string[]
  readonly channels: readonly string[]
}

/** `what`: `host web-1`; `at`: when it was last seen. */
export type PublishedId = { readonly what: string; readonly at: string }

export type ListRead =
  | { readonly ok: true; readonly file: string; readonly production: Production }
  | {
      readonly ok: false
      readonly file: string
      readonly why: 'missing' | 'unreadable' | 'damaged'
      readonly words: string
    }

type Hash = (text: string) => string

const title = 'astern: production, which no drill may touch'

/** Signed by its own hash: one that was cut short, or that somebody edited, counts for nothing. */
export function listText(production: Production, hash: Hash): string {
  return `${JSON.stringify({ title, production, sha256: signature(production, hash) }, null, 2)}\n`
}

/** Null: it is not what was written. */
export function parseList(text: string, hash: Hash): Production | null {
  try {
    const value = JSON.parse(text) as {
      readonly title?: unknown
      readonly production?: Production
      readonly sha256?: unknown
    }
    const { production } = value
    if (value.title !== title || typeof production !== 'object' || production === null) return null
    return signature(production, hash) === value.sha256 ? production : null
  } catch {
    return null
  }
}

function signature(production: Production, hash: Hash): string {
  return hash(`${title}\n${canonical(production as unknown as Json)}`)
}

/**
 * The list with one environment published again. Ids seen before stay for a while: a host may be down today, and two
 * teams may call theirs by one name. `since`: what was not seen from then on was handed on, and is forgotten.
 */
export function published(before: Production, environment: string, now: Published, since: string): Production {
  const { ids: old = {} } = before[environment] ?? {}
  const kept = Object.entries(old).filter(([, { at }]) => at >= since)
  const { references = [], channels = [] } = before[environment] ?? {}
  const all = {
    ...now,
    ids: { ...Object.fromEntries(kept), ...now.ids },
    references: union(references, now.references),
    channels: union(channels, now.channels),
  }
  return { ...before, [environment]: all }
}

function union(some: readonly string[], others: readonly string[]): readonly string[] {
  return [...new Set([...some, ...others])].sort()
}

export type Listed = PublishedId & { readonly environment: string; readonly id: string }

/** Where any of these ids stands on the list. */
export function listedAmong(production: Production, ids: readonly string[]): readonly Listed[] {
  return Object.entries(production).flatMap(([environment, { ids: there }]) =>
    [...new Set(ids)].flatMap(id => {
      const found = there[id]
      return found === undefined ? [] : [{ ...found, environment, id }]
    }),
  )
}
