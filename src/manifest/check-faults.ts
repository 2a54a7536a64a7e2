import { isJsonPath } from '../state/json-path.ts'
import type { At, ManifestFault } from './faults.ts'
import type { Written } from './schema.ts'
import type { WrittenAsked, WrittenCheck } from './schema-checks.ts'

const kinds = ['http', 'tcp', 'tls', 'dns', 'sql', 'command', 'exec', 'docker', 'log'] as const

type Path = readonly (string | number)[]
type Tell = (key: string, what: string, next: string) => ManifestFault

/** Checks that ask or assert nothing, names that lead nowhere, paths and patterns that are none. */
export function checkFaults(written: Written, at: At): readonly ManifestFault[] {
  const given = new Set<string>()
  const names = new Set<string>()
  return written.checks.flatMap((check, index) => {
    const path = ['checks', index]
    const twice = names.has(check.name)
      ? [at([...path, 'name'], `there are two checks named ${check.name}`, 'Give each its own name.')]
      : []
    names.add(check.name)
    return [...twice, ...oneOrFlow(check, written, given, path, at)]
  })
}

function oneOrFlow(check: WrittenCheck, written: Written, given: Set<string>, path: Path, at: At) {
  const { flow } = check
  if (flow === undefined) return askedFaults(check.name, check, written, given, tellAt(path, at))
  const own = new Set(given)
  const beside = [...kinds.filter(kind => check[kind] !== undefined), ...(check.assert.length > 0 ? ['assert'] : [])]
  return [
    ...beside.map(key =>
      at([...path, key], `${check.name} is a flow, and asks by its steps alone`, 'Move it into a step.'),
    ),
    ...(Object.keys(check.extract).length === 0
      ? []
      : [at([...path, 'extract'], `${check.name} is a flow, and extracts in its steps alone`, 'Move it into a step.')]),
    ...flow.flatMap((step, index) => {
      const tell = tellAt([...path, 'flow', index], at)
      const called = flow.findIndex(({ name }) => name === step.name) < index
      return [
        ...(called ? [tell('name', `there are two steps named ${step.name}`, 'Give each its own name.')] : []),
        ...askedFaults(step.name, step, written, own, tell),
      ]
    }),
  ]
}

function tellAt(path: Path, at: At): Tell {
  return (key, what, next) => at([...path, key], what, next)
}

/** `given`: the names that have a value by then; what it extracts is added. */
function askedFaults(name: string, asked: WrittenAsked, written: Written, given: Set<string>, tell: Tell) {
  const used = placeholders(asked).filter(one => !given.has(one))
  for (const extracted of Object.keys(asked.extract)) given.add(extracted)
  return [
    ...questionFaults(name, asked, tell),
    ...(asked.assert.length === 0
      ? [tell('name', `${name} asserts nothing`, 'Add an assert: a check without one is never a pass.')]
      : []),
    ...sqlFaults(asked, written, tell),
    ...containerFaults(asked, written, tell),
    ...used.map(one =>
      tell('name', `{${one}} is used before a check extracts it`, 'Put the check that extracts it first.'),
    ),
    ...pathFaults(asked, tell),
  ]
}

function questionFaults(name: string, asked: WrittenAsked, tell: Tell): readonly ManifestFault[] {
  const requests = kinds.filter(kind => asked[kind] !== undefined)
  const { json, form } = asked.http ?? {}
  return [
    ...(requests.length === 1
      ? []
      : [
          tell(
            'name',
            `${name} asks ${requests.length === 0 ? 'nothing' : 'several things'}`,
            `Give it exactly one of ${kinds.join(', ')}, or a flow.`,
          ),
        ]),
    ...(json !== undefined && form !== undefined
      ? [tell('http', `${name} sends json and form`, 'Give it one of them.')]
      : []),
  ]
}

function sqlFaults({ sql }: WrittenAsked, { databases }: Written, tell: Tell): readonly ManifestFault[] {
  if (sql === undefined || sql.database in databases) return []
  return [tell('sql', `there is no database ${sql.database}`, `Name one of ${list(databases)}.`)]
}

function containerFaults(asked: WrittenAsked, { hosts, services }: Written, tell: Tell): readonly ManifestFault[] {
  return (['exec', 'docker', 'log'] as const).flatMap(kind => {
    const where = asked[kind]
    if (where === undefined) return []
    const { service, container, host } = where
    if ((service === undefined) === (container === undefined))
      return [tell(kind, 'is not exactly one of service and container', 'Give it one of them.')]
    const there = host === undefined ? undefined : hosts[host]
    if (host !== undefined && there === undefined)
      return [tell(kind, `there is no host ${host}`, `Name one of ${list(hosts)}.`)]
    if (container !== undefined && (there === undefined || 'releases' in there))
      return [tell(kind, `${container} is on no Docker host`, 'Give it the host that it is on.')]
    const declared = service === undefined ? undefined : services[service]
    if (service !== undefined && declared === undefined)
      return [tell(kind, `there is no service ${service}`, `Name one of ${list(services)}.`)]
    if (declared?.release !== undefined)
      return [
        tell(kind, `${service} runs out of a release directory, in no container`, 'Use command, on this machine.'),
      ]
    if (declared !== undefined && host !== undefined && !declared.hosts.includes(host))
      return [tell(kind, `${service} is not on ${host}`, `Name one of ${declared.hosts.join(', ')}.`)]
    const secret = kind === 'exec' && asked.exec?.command.some(arg => /^(env|file|cmd):/.test(arg))
    return secret === true
      ? [tell(kind, 'a secret would stand in its list of processes', 'Let the container have it by its own means.')]
      : []
  })
}

function pathFaults({ assert, extract }: WrittenAsked, tell: Tell): readonly ManifestFault[] {
  const paths = [...assert.flatMap(one => ('json' in one ? [one.json] : [])), ...Object.values(extract)]
  const patterns = [...JSON.stringify(assert).matchAll(/"matches":("(?:[^"\\]|\\.)*")/g)].map(([, text]) =>
    String(JSON.parse(text ?? '""')),
  )
  return [
    ...paths
      .filter(one => !isJsonPath(one))
      .map(one => tell('name', `${one} is no JSONPath`, 'Write it as $.name, $.items[0].id or $.items[*].id.')),
    ...patterns
      .filter(one => !isPattern(one))
      .map(one => tell('name', `${one} is no regular expression`, 'Correct it.')),
  ]
}

function isPattern(text: string): boolean {
  try {
    return new RegExp(text, 'm') instanceof RegExp
  } catch {
    return false
  }
}

/** Also in what is compared; a regular expression has braces of its own. */
export function placeholders({ assert, ...asked }: WrittenAsked): readonly string[] {
  const { http, tcp, tls, dns, command, sql, exec, log } = asked
  const compared = assert.map(one => JSON.stringify(one, (key, value: unknown) => (key === 'matches' ? null : value)))
  const text = [JSON.stringify([http, tcp, tls, dns, command, sql?.query, exec?.command, log]), ...compared].join(' ')
  return [...new Set([...text.matchAll(/(?<!\$)\{([a-z_]\w*)\}/gi)].map(([, name]) => name ?? ''))]
}

function list(names: Readonly<Record<string, unknown>>): string {
  return Object.keys(names).sort().join(', ') || '(none is declared)'
}
