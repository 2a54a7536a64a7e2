import type { ConfigSeen } from '../facts.ts'

/** In words. `secrets`: names in the environment whose values do not count. */
export function differencesOf(before: ConfigSeen, now: ConfigSeen, secrets: readonly string[] = []): readonly string[] {
  return [...envDrift(before, now, secrets), ...others(before, now)]
}

function envDrift(before: ConfigSeen, now: ConfigSeen, secrets: readonly string[]): readonly string[] {
  const names = [...new Set([...Object.keys(before.env), ...Object.keys(now.env)])].sort()
  const told = names.flatMap(name => {
    if (before.env[name] === undefined) return [`env ${name} was added`]
    if (now.env[name] === undefined) return [`env ${name} was taken away`]
    if (secrets.includes(name)) return []
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
