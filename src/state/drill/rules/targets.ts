import type { Result } from '../../fault.ts'
import type { EnvironmentClass } from '../../manifest.ts'
import { refusal, type DrillQuestion, type DrillRefusal, type Found } from '../facts.ts'
import { idWords, isSameTarget } from '../identity.ts'
import type { HostSight, Sight } from '../mark.ts'

const again = 'Mark it where it is now, if drills may hurt it: astern drill --mark'

/** Every target bears a mark of this environment, put at that very target. */
export function targetRules({ manifest, seen }: DrillQuestion): Found {
  if (seen === null) return { refusals: [], proven: [] }
  const { hosts, records, databases } = seen
  const of = manifest.environment
  const targets: readonly (readonly [string, Result<Sight> | undefined])[] = [
    ...Object.keys(manifest.hosts).map(name => [`host ${name}`, hosts[name]] as const),
    ...Object.keys(manifest.databases).map(name => [`database ${name}`, databases[name]] as const),
  ]
  const marked = targets.map(([what, sight]) => markRule(what, sight, of))
  const besides = Object.entries(hosts).flatMap(([name, sight]) => (sight.ok ? besideRule(name, sight.value) : []))
  const live = Object.entries(records).flatMap(([name, record]) => {
    if (!record.ok) return [refusal('target.unreachable', record.fault.what, record.fault.next)]
    const { lock } = record.value
    if (lock === null) return []
    const what = `host ${name}: run ${lock.run} of ${lock.who} is live there since ${lock.since}`
    return [refusal('run.live', what, 'Let it end first: nobody drills in the middle of a rollback.')]
  })
  return {
    refusals: [...marked.flatMap(({ refusals }) => refusals), ...besides, ...live],
    proven: marked.flatMap(({ proven }) => proven),
  }
}

type Environment = { readonly name: string; readonly class: EnvironmentClass }

function markRule(what: string, sight: Result<Sight> | undefined, of: Environment): Found {
  const refused = (code: string, why: string, next: string): Found => ({
    refusals: [refusal(code, `${what} ${why}`, next)],
    proven: [],
  })
  if (sight === undefined) return refused('target.unreachable', 'was not asked', 'Ask again.')
  if (!sight.ok) {
    const { what: why, next } = sight.fault
    return refused('target.unreachable', `could not say what it is: ${why}`, next)
  }
  const { identity, mark } = sight.value
  if (mark === null) return refused('mark.missing', 'bears no mark for drills', again)
  if (mark === 'damaged') return refused('mark.damaged', 'bears a mark that nobody can read', again)
  if (mark.environment !== of.name)
    return refused(
      'mark.other-environment',
      `is marked for drills of ${mark.environment}, and this is ${of.name}`,
      again,
    )
  if (!isSameTarget(mark.identity, identity)) {
    const was = mark.identity.ids.filter(id => !identity.ids.includes(id)).map(idWords)
    const from = was.length === 0 ? 'the like of it elsewhere' : was.join(', ')
    return refused('mark.elsewhere', `bears a mark that was put at ${from}: it came along with a copy`, again)
  }
  if (mark.class !== of.class)
    return refused('class.changed', `was marked while ${of.name} was ${mark.class}, and now it is ${of.class}`, again)
  const says = `${what}: ${identity.ids.map(idWords).join(', ')}, by its own word`
  return { refusals: [], proven: [`${says}; marked there for ${of.name} (${mark.class}) by ${mark.by} at ${mark.at}`] }
}

function besideRule(name: string, { beside }: HostSight): readonly DrillRefusal[] {
  return beside
    .filter(({ marked }) => !marked)
    .map(({ where, environment }) =>
      refusal(
        'record.beside',
        `host ${name} also holds the record of ${environment ?? 'another environment'} (${where}), which is not marked for drills there`,
        'Play it on a host of its own; or mark that environment too, if drills may hurt it.',
      ),
    )
}
