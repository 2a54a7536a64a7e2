/** What a target says of itself, whatever name or address led to it. */
export type Identity = {
  /** `engine:ABC`, `machine:...`: two with one in common are the same target, or lie on the same. */
  readonly ids: readonly string[]
  /** What a copy has others of, and by itself proves nothing: a hostname, network cards. */
  readonly bound: readonly string[]
}

/** Whoever is asked is the very one that was seen before. */
export function isSameTarget(one: Identity, other: Identity): boolean {
  return isSame(one.ids, other.ids) && isSame(one.bound, other.bound)
}

function isSame(some: readonly string[], others: readonly string[]): boolean {
  return [...new Set(some)].sort().join('\n') === [...new Set(others)].sort().join('\n')
}

const words: Readonly<Record<string, string>> = {
  engine: 'Engine',
  swarm: 'Swarm',
  node: 'node of a Swarm',
  machine: 'machine',
  directory: 'directory',
  file: 'file',
  server: 'server',
  schema: 'schema',
}

/** `engine:ABC` -> `Engine ABC` */
export function idWords(id: string): string {
  const [kind = '', ...rest] = id.split(':')
  return `${words[kind] ?? kind} ${rest.join(':')}`
}

export function kindOfId(id: string): string {
  return id.split(':')[0] ?? ''
}
