import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parseScenario, scenarioJsonSchema } from '../../src/manifest/scenario/load.ts'

const docs = resolve(import.meta.dirname, '../../docs')
const example = readFileSync(join(docs, 'drill.example.yaml'), 'utf8')

describe('the annotated scenario', () => {
  test('is one without a fault, its durations in milliseconds', () => {
    const loaded = parseScenario(example)
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.faults, null, 1))
    expect(loaded.scenario).toEqual({
      id: 'dropped-column',
      title: 'The release that dropped a column',
      briefing: null,
      objectives: [
        'tell a bad release from a bad network by what the checks say',
        'see why the schema goes back before the services do',
      ],
      environment: { names: ['shop-staging'], classes: ['staging', 'drill'] },
      roles: { owner: 'Ana', coordinator: 'Bo', reporter: 'Cleo', observers: ['Dee', 'Eli'], expertAbsent: true },
      steadyState: ['log in', 'place an order'],
      injects: [
        {
          id: 'slow-lock',
          when: { kind: 'time', afterMs: 240_000 },
          fault: 'row_locks',
          target: { kind: 'database', database: 'main' },
          settings: { table: 'orders' },
          expiresMs: 600_000,
          text: null,
          wantsAnswer: false,
        },
        {
          id: 'api-dies',
          when: { kind: 'phase', phase: 3, step: 'api.start@web-1' },
          fault: 'kill',
          target: { kind: 'service', service: 'api', host: 'web-1' },
          settings: {},
          expiresMs: 300_000,
          text: null,
          wantsAnswer: false,
        },
        {
          id: 'ceo',
          when: { kind: 'time', afterMs: 480_000 },
          fault: 'event',
          target: { kind: 'operator' },
          settings: {},
          expiresMs: null,
          text: 'The CEO asks when it will be over.',
          wantsAnswer: true,
        },
      ],
      hints: [
        {
          after: { kind: 'phase', phase: 1, step: null },
          text: 'Which check fails that does not touch the database?',
          cost: 5,
        },
        { after: { kind: 'time', afterMs: 900_000 }, text: 'The old release cannot read the new table.', cost: 10 },
      ],
      expected: {
        decision: 'roll back',
        path: ['declares at least SEV-2 before looking for the cause', 'takes the database back first'],
      },
      targets: {
        detectMs: 120_000,
        declareMs: 300_000,
        decideMs: 600_000,
        mitigateMs: 1_500_000,
        verifyMs: 2_100_000,
        firstMessageMs: 300_000,
        longestSilenceMs: 1_200_000,
      },
      stopConditions: [
        { kind: 'check', check: 'log in', failsForMs: 1_200_000 },
        { kind: 'seen', text: 'anybody outside the drill is hurt' },
      ],
      blastRadius: { hosts: ['web-1'], services: ['api'], databases: ['main'], channels: [] },
      deadlineMs: 2_700_000,
      cleanUp: [
        { kind: 'check', check: 'place an order' },
        { kind: 'hand', text: 'Tell the team that staging is theirs again.' },
      ],
    })
  })

  test('tells all its faults at once, each with its line and what to do', () => {
    const text = example
      .replace('longest_silence:', 'longest_silenc:')
      .replace('kind: kill', 'kind: kil')
      .replace('cost: 5', 'cost: -5')
    expect(faultsOf(text)).toEqual([
      'injects[1].kind at kind',
      'hints[0].cost at cost',
      'targets.longest_silenc at longest_silenc: Did you mean longest_silence? Otherwise remove it, or write it x-...',
    ])
  })

  test.each([
    ['two injects of one id', 'id: api-dies', 'id: slow-lock', 'injects[1].id at id'],
    ['an inject without a moment', '    at: 4m # so long after the drill began\n', '', 'injects[0] at id'],
    ['a moment given twice', '    at: 8m', '    at: 8m\n    when: { phase: plan }', 'injects[2] at id'],
    [
      'a database that is to be killed',
      'service: api, host: web-1 }',
      'database: main }',
      'injects[1].target at target',
    ],
    ['an event that says nothing', '    text: "The CEO asks when it will be over."\n', '', 'injects[2] at id'],
    ['a stop condition without a time', ', fails_for: 20m', '', 'stop_conditions[0] at { check'],
    ['a clean-up that is nothing', '{ check: place an order }', '{}', 'clean_up[0] at {}'],
  ])('refuses %s', (_, from, to, at) => {
    expect(example).toContain(from)
    expect(faultsOf(example.replace(from, to)).map(fault => fault.replace(/: .*/, ''))).toEqual([at])
  })

  test('lets the proof refuse what has no expiry and no deadline', () => {
    const loaded = parseScenario(example.replace(/ {4}expires: 5m\n/, '').replace(/deadline: 45m.*\n/, ''))
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.faults, null, 1))
    expect([loaded.scenario.injects[1]?.expiresMs, loaded.scenario.deadlineMs]).toEqual([null, null])
  })

  test('is described for editors by a JSON Schema that is up to date', () => {
    const file = join(docs, 'drill.schema.json')
    const made = `${JSON.stringify(scenarioJsonSchema(), null, 2)}\n`
    if (!existsSync(file)) writeFileSync(file, made)
    expect(readFileSync(file, 'utf8')).toBe(made)
  })
})

function faultsOf(text: string): readonly string[] {
  const loaded = parseScenario(text)
  if (loaded.ok) throw new Error('it has no faults')
  return loaded.faults.map(({ line, column, path, next }) => {
    const there =
      text
        .split('\n')
        [line - 1]?.slice(column - 1)
        .replace(/:.*/, '') ?? ''
    return `${path} at ${there}${next.startsWith('Did') ? `: ${next}` : ''}`
  })
}
