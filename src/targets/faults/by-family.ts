import type { FaultCommand, InjectFault } from '../../state/drill/command.ts'
import { describeFault } from '../../state/drill/command.ts'
import type { Inject } from '../../state/drill/scenario.ts'
import type { Fault } from '../../state/fault.ts'
import type { Manifest } from '../../state/manifest.ts'
import type { FaultAct, FaultLook } from './port.ts'

/** Who puts a fault there: by where it is, and by how it is reached there. */
type Family = 'releases' | 'docker' | 'sqlite' | 'mysql' | 'proxy' | 'command' | 'operator'

/** One that is left out refuses what would be its own. */
export type Families<Each> = Readonly<Partial<Record<Family, Each>>>

/** Null: there is no such target, or nothing to be put anywhere. */
function familyOf({ hosts, databases }: Manifest, { fault, target }: Pick<Inject, 'fault' | 'target'>): Family | null {
  if (fault === 'event') return null
  switch (target.kind) {
    case 'service':
      return onTheWay.has(fault) ? 'proxy' : hostFamily(hosts[target.host])
    case 'host':
      return fault === 'daemon_gone' && hosts[target.host]?.kind !== 'releases'
        ? 'proxy'
        : hostFamily(hosts[target.host])
    case 'database':
      return databases[target.database]?.kind ?? null
    case 'channel':
      return 'proxy'
    case 'command':
      return 'command'
    case 'operator':
      return 'operator'
  }
}

const onTheWay: ReadonlySet<string> = new Set(['latency', 'errors', 'cut_off'])

/** A Swarm is an Engine's too, which refuses it in its own words. */
function hostFamily(host: Manifest['hosts'][string] | undefined): 'releases' | 'docker' | null {
  if (host === undefined) return null
  return host.kind === 'releases' ? 'releases' : 'docker'
}

export function lookByFamily(manifest: Manifest, families: Families<FaultLook>): FaultLook {
  const all = Object.values(families)
  return {
    able: async inject => {
      if (inject.fault === 'event') return { ok: true, value: 'it is said, and nothing is changed' }
      const family = familyOf(manifest, inject)
      const look = family === null ? undefined : families[family]
      return look === undefined ? { ok: false, fault: nobody(inject) } : look.able(inject)
    },
    seen: async () => (await Promise.all(all.map(each => each.seen()))).flat(),
    probe: (command, context) => required(manifest, families, command).probe(command, context),
    close: async () => {
      await Promise.all(all.map(each => each.close()))
    },
  }
}

export function actByFamily(manifest: Manifest, families: Families<FaultAct>): FaultAct {
  return {
    ...lookByFamily(manifest, families),
    apply: (command, permit, context, evidence) =>
      required(manifest, families, command).apply(command, permit, context, evidence),
  }
}

/** Asked before the first inject, nobody is missing here. */
function required<Each>(manifest: Manifest, families: Families<Each>, command: FaultCommand): Each {
  const family = familyOf(manifest, injectedOf(command))
  const found = family === null ? undefined : families[family]
  if (found === undefined) throw new Error(`nobody to ${describeFault(command)}`)
  return found
}

export function injectedOf(command: FaultCommand): InjectFault {
  return command.kind === 'drill.inject' ? command : command.injected
}

function nobody({ fault, target }: Inject): Fault {
  const what = { kind: 'drill.inject', inject: '', fault, target, settings: {}, expiresMs: 0 } as const
  return {
    code: 'fault.no-way',
    what: `There is no way to ${describeFault(what)}`,
    means: 'Nothing was touched.',
    next: 'Correct the target in the scenario, or take the inject out of it.',
  }
}
