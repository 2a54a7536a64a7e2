import type { Seen } from '../../state/drill/facts.ts'
import type { Inject } from '../../state/drill/scenario.ts'
import type { Manifest } from '../../state/manifest.ts'
import { openFaultLook } from '../../targets/faults/look.ts'
import { closeLooks, faultMeans, looksFor, type Environment } from '../environment.ts'

/** Every target, asked what it is and what mark it bears, and whether each of these could be put there; looked at alone. */
export async function seeTargets(
  environment: Pick<Environment, 'manifest' | 'secrets'>,
  injects: readonly Inject[] = [],
): Promise<Seen> {
  const { hosts, databases }: Manifest = environment.manifest
  const looks = looksFor(environment)
  const faults = openFaultLook(environment.manifest, faultMeans(environment.secrets))
  try {
    const [sights, records, inside, able] = await Promise.all([
      each(Object.keys(hosts), looks.services.drill),
      each(Object.keys(hosts), looks.services.record),
      each(Object.keys(databases), name => known(looks.databases[name]).drill()),
      Promise.all(injects.map(async inject => [inject.id, await faults.able(inject)] as const)),
    ])
    return { hosts: sights, records, databases: inside, faults: Object.fromEntries(able) }
  } finally {
    await Promise.all([closeLooks(looks), faults.close()])
  }
}

function known<T>(look: T | undefined): T {
  if (look === undefined) throw new Error('a database without a look')
  return look
}

async function each<T>(names: readonly string[], ask: (name: string) => Promise<T>): Promise<Record<string, T>> {
  return Object.fromEntries(await Promise.all(names.map(async name => [name, await ask(name)] as const)))
}
