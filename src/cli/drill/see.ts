import type { Seen } from '../../state/drill/facts.ts'
import type { Manifest } from '../../state/manifest.ts'
import { closeLooks, looksFor, type Environment } from '../environment.ts'

/** Every target, asked what it is and what mark it bears; looked at alone. */
export async function seeTargets(environment: Pick<Environment, 'manifest' | 'secrets'>): Promise<Seen> {
  const { hosts, databases }: Manifest = environment.manifest
  const looks = looksFor(environment)
  try {
    const [sights, records, inside] = await Promise.all([
      each(Object.keys(hosts), looks.services.drill),
      each(Object.keys(hosts), looks.services.record),
      each(Object.keys(databases), name => known(looks.databases[name]).drill()),
    ])
    return { hosts: sights, records, databases: inside }
  } finally {
    await closeLooks(looks)
  }
}

function known<T>(look: T | undefined): T {
  if (look === undefined) throw new Error('a database without a look')
  return look
}

async function each<T>(names: readonly string[], ask: (name: string) => Promise<T>): Promise<Record<string, T>> {
  return Object.fromEntries(await Promise.all(names.map(async name => [name, await ask(name)] as const)))
}
