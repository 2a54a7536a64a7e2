import { sha256 } from '../../client/sha256.ts'
import { referencesIn } from '../../runners/secrets.ts'
import type { ActCommand } from '../../state/command.ts'
import type { DrillRefusal } from '../../state/drill/facts.ts'
import { productionRules } from '../../state/drill/rules/production.ts'
import { secretRules } from '../../state/drill/rules/secrets.ts'
import type { Manifest } from '../../state/manifest.ts'
import type { Environment } from '../environment.ts'
import { errand } from '../errand.ts'
import { exitCode } from '../exit-codes.ts'
import type { Flags } from '../flags.ts'
import { answer, talk, tell } from '../talk.ts'
import { tellRefusals } from './check.ts'
import { isConfirmed } from './confirm.ts'
import { openForDrill } from './environment.ts'
import { listFile, readList } from './list.ts'
import { pastProduction } from './past.ts'
import { seeTargets } from './see.ts'

/** Says at each target itself that drills of this environment may hurt it, once a person has typed which one that is. */
export async function markForDrills(flags: Flags): Promise<number> {
  const opened = await openForDrill(flags)
  if (opened === null) return exitCode.usage
  const refusals = 'refusals' in opened ? opened.refusals : await whyNot(opened)
  if ('refusals' in opened || refusals.length > 0) {
    tellRefusals('nothing is marked here', { refusals })
    return exitCode.refused
  }
  const { manifest } = opened
  const { name, class: its } = manifest.environment
  const targets = [...Object.keys(manifest.hosts), ...Object.keys(manifest.databases)].join(', ')
  if (!(await isConfirmed(name, flags, `Drills of ${name} (${its}) may then hurt ${targets}.`, 'mark them'))) {
    talk(`astern: nothing was marked. It wants the name typed: without a terminal --confirm ${name}`)
    return exitCode.refused
  }
  const fault = await errand(opened, 'drill mark', commandsOf(manifest))
  if (fault !== null) {
    tell(fault)
    return exitCode.short
  }
  answer(`marked for drills of ${name} (${its}): ${targets}`)
  return exitCode.reached
}

/** Before anything is production, nothing is published; what is published has to be readable. */
const harmless: ReadonlySet<string> = new Set(['list.missing', 'list.empty'])

async function whyNot(environment: Environment): Promise<readonly DrillRefusal[]> {
  const { manifest } = environment
  const [list, past] = await Promise.all([readList(listFile(manifest)), pastProduction()])
  const { refusals } = secretRules({ references: referencesIn(manifest), list, past, hash: sha256 })
  if (refusals.length > 0) return refusals
  const found = productionRules({ manifest, seen: await seeTargets(environment), list })
  return found.refusals.filter(({ code }) => !harmless.has(code))
}

function commandsOf({ environment, hosts, databases }: Manifest): readonly ActCommand[] {
  const its = { class: environment.class }
  return [
    ...Object.keys(hosts)
      .sort()
      .map(host => ({ kind: 'drill.mark', host, ...its }) as const),
    ...Object.keys(databases)
      .sort()
      .map(database => ({ kind: 'database.mark', database, ...its }) as const),
  ]
}
