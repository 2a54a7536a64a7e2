import type { ConfigSeen, Facts, LedgerEntry } from '../facts.ts'
import type { Change } from './steps.ts'

/** What people changed of a container since the target was recorded. It is today's that the target will run with. */
export function driftLines(facts: Facts, target: LedgerEntry, changes: readonly Change[]): readonly string[] {
  return changes.flatMap(({ key }) => {
    const recorded = target.services[key]
    const now = facts.services[key]?.observed.config
    if (now === undefined || recorded === undefined) return []
    const before = recorded.config
    if (before === undefined) return [`${key}: its configuration was not recorded with ${target.version}`]
    const differences = [...envDrift(before, now), ...others(before, now)]
    return differences.length === 0
      ? []
      : [`${key}: since ${target.version} was recorded, ${differences.join(', ')}; today's is taken`]
  })
}

function envDrift(before: ConfigSeen, now: ConfigSeen): readonly string[] {
  const names = [...new Set([...Object.keys(before.env), ...Object.keys(now.env)])].sort()
  const told = names.flatMap(name => {
    if (before.env[name] === undefined) return [`env ${name} was added`]
    if (now.env[name] === undefined) return [`env ${name} was taken away`]
    return before.key === now.key && before.env[name] !== now.env[name] ? [`env ${name} changed`] : []
  })
  const comparable = before.key === now.key || names.length === 0
  return comparable ? told : [...told, 'values of env cannot be compared (the key of its host is another)']
}

function others(before: ConfigSeen, now: ConfigSeen): readonly string[] {
  const differences = (what: string, was: readonly string[], is: readonly string[]): readonly string[] => [
    ...is.filter(one => !was.includes(one)).map(one => `${what} ${one} was added`),
    ...was.filter(one => !is.includes(one)).map(one => `${what} ${one} was taken away`),
  ]
  return [
    ...differences('mount', before.mounts, now.mounts),
    ...differences('port', before.ports, now.ports),
    ...differences('network', before.networks, now.networks),
  ]
}
