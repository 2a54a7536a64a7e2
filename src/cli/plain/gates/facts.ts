import { timeOfDay } from '../../../state/times.ts'
import { changedSince } from '../../../state/assessment.ts'
import { isBad } from '../../../state/check-change.ts'
import type { CheckResult } from '../../../state/check-result.ts'
import type { DatabaseFact, Facts, ServiceFact } from '../../../state/facts.ts'
import { instances } from '../../../state/selectors.ts'
import type { RunState } from '../../../state/run-state.ts'
import type { ConsoleState } from '../../../state/store.ts'
import { section, told, type Told } from '../told.ts'

/** What is seen of the environment. `all`: what is well, too. */
export function factsTold(state: ConsoleState, all: boolean): readonly Told[] {
  const { facts } = state.run
  if (facts === null) return [told.line('Nothing is known yet: services, databases and checks are being looked at.')]
  return [
    ...section('Other than when it was known to work', changes(facts)),
    ...section('Checks', checks(state.run, all)),
    ...section('Services', services(state, facts, all)),
    ...section('Last lines of error', all ? errors(facts) : []),
    ...section(
      'Databases',
      Object.entries(facts.databases).map(([name, fact]) => database(name, fact)),
    ),
    ...section('Records at the hosts', records(facts, all)),
  ]
}

function changes(facts: Facts): readonly string[] {
  return changedSince(facts).map(({ what, at }) => (at === null ? what : `${what}, since ${timeOfDay(at)} UTC`))
}

function checks({ suites }: RunState, all: boolean): readonly string[] {
  const results = Object.values((suites.after ?? suites.baseline)?.results ?? {})
  if (results.length === 0) return ['not run yet']
  const told = results.filter(({ verdict }) => all || verdict !== 'pass')
  const passing = results.filter(({ verdict }) => verdict === 'pass').length
  return [...told.map(checkText), `${passing} of ${results.length} pass`]
}

/** `check check out (must): fails, expected status 201, got 500` */
export function checkText(result: CheckResult): string {
  const { name, severity, verdict, says, firstFailure, latencyMs } = result
  const flaky = firstFailure === null || firstFailure === says ? '' : `; it failed first: ${firstFailure}`
  const took = latencyMs === null || isBad(result) ? '' : `, in ${Math.round(latencyMs)} ms`
  return `check ${name} (${severity}): ${verdicts[verdict]}, ${says}${flaky}${took}`
}

const verdicts = { pass: 'passes', degraded: 'is degraded', fail: 'fails', inconclusive: 'shows nothing' } as const

function services(state: ConsoleState, facts: Facts, all: boolean): readonly string[] {
  const known = instances(state.run).flatMap(({ key, service, host }) => {
    const fact = facts.services[key]
    return fact === undefined ? [] : [{ text: serviceText(state, key, `${service} on ${host}`, fact), fact }]
  })
  const well = ({ fact }: (typeof known)[number]): boolean =>
    fact.health === 'healthy' && fact.observed.state === 'running'
  const told = known.filter(one => all || !well(one))
  const rest = known.length - told.length
  return [...told.map(({ text }) => text), ...(rest === 0 ? [] : [`${rest} more: running and healthy`])]
}

/** As it was looked at in phase 1, and as it is now where that is other. */
function serviceText({ run }: ConsoleState, key: string, name: string, fact: ServiceFact): string {
  const { observed, health, healthNote } = fact
  const { state, release, pointed, note } = observed
  const next = pointed === null || pointed === release ? '' : `, its next start takes ${pointed}`
  const notes = [note, healthNote].filter(one => one !== null && one !== '').join('; ')
  const now = run.signals[key]
  const later =
    now === undefined || (now.state === health && now.release === release)
      ? ''
      : `; now ${now.release ?? 'nothing'}, ${now.state}, ${now.note}`
  return `${name}: ${state}, ${release ?? 'no release'}, ${health}${notes === '' ? '' : `, ${notes}`}${next}${later}`
}

function errors(facts: Facts): readonly string[] {
  return Object.entries(facts.services).flatMap(([key, { errors: lines }]) => lines.map(line => `${key}: ${line}`))
}

function database(name: string, { fault, applied }: DatabaseFact): string {
  if (fault !== null) return `database ${name}: ${fault.what}`
  const last = applied.at(-1)
  return `database ${name}: ${applied.length} migrations applied${last === undefined ? '' : `, the last is ${last}`}`
}

function records(facts: Facts, all: boolean): readonly string[] {
  return Object.entries(facts.records).flatMap(([host, record]) => {
    if ('fault' in record) return [`${host}: ${record.fault.what}`]
    const frozen = record.freeze === null ? [] : [`${host}: frozen by ${record.freeze.by}, ${record.freeze.reason}`]
    const good = record.ledger.filter(entry => entry.good).map(({ version }) => version)
    return all ? [...frozen, `${host}: known to have worked are ${good.slice(-4).join(', ') || 'none'}`] : frozen
  })
}
