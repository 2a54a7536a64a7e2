import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Document, isMap, isPair, isScalar, isSeq, visit } from 'yaml'
import { editManifest } from '../../src/manifest/edit/edit.ts'
import { parseManifest } from '../../src/manifest/load.ts'
import type { Change } from '../../src/state/learning/proposal.ts'
import { unifiedDiff } from '../../src/state/unified-diff.ts'

const example = readFileSync(join(import.meta.dirname, '../../docs/astern.example.yaml'), 'utf8')

type Edit = { readonly path: readonly string[]; readonly change: Change }

function set(
  path: string,
  was: string | number | readonly string[] | null,
  becomes: string | number | readonly string[],
): Edit {
  return { path: path.split('/'), change: { kind: 'set', was, becomes } }
}

function suggest(path: string, comment: string): Edit {
  return { path: path.split('/'), change: { kind: 'suggest', comment } }
}

function edited(text: string, edit: Edit): string {
  const done = editManifest(text, '/srv', edit)
  if (done.kind !== 'changed') throw new Error(JSON.stringify(done))
  return done.text
}

describe('a proposal in the annotated example', () => {
  test.each([
    [
      'changes a value in the middle of a line, its comment kept',
      set('services/api/stop/grace', '30s', '1m'),
      [
        '-    stop: { grace: 30s } # then SIGKILL, which is said',
        '+    stop: { grace: 1m } # then SIGKILL, which is said',
      ],
    ],
    [
      'writes what was left to its default below what is there, comments and all',
      set('services/worker/stop/grace', '30s', '1m'),
      ['+    stop: { grace: 1m }'],
    ],
    [
      'finds an item of a list by its name',
      set('checks/check out/timeout', '5s', '10s'),
      ['-    timeout: 5s # of each request', '+    timeout: 10s # of each request'],
    ],
    [
      'adds to a list that stands on one line, in its quotes',
      set('databases/main/writers/accounts', ['shop@%'], ['shop@%', 'shop@10.0.0.%']),
      [
        '-    writers: { accounts: ["shop@%"] } # locked, and their sessions ended, while the schema goes back',
        '+    writers: { accounts: ["shop@%", "shop@10.0.0.%"] } # locked, and their sessions ended, while the schema goes back',
      ],
    ],
    [
      'suggests in a comment of its own, as far in as what stands there',
      suggest('services/mailer', 'health: { tcp: "{host}:25" }'),
      ['+    # health: { tcp: "{host}:25" }'],
    ],
    [
      'suggests a check at the end of their list',
      suggest('checks', '- { name: api is well }'),
      ['+  # - { name: api is well }'],
    ],
  ])('%s', (_, edit, changed) => {
    const after = edited(example, edit)
    const lines = unifiedDiff('astern.yaml', example, after).slice(3)
    expect(lines.filter(line => !line.startsWith(' '))).toEqual(changed)
  })

  test('is shown as a unified diff that patch takes', () => {
    expect(unifiedDiff('astern.yaml', example, edited(example, set('timing/turn_back', '30m', '1h')))).toEqual([
      '--- astern.yaml',
      '+++ astern.yaml',
      expect.stringMatching(/^@@ -\d+,7 \+\d+,7 @@$/),
      expect.any(String),
      '   watch: 5m # over the last service, before the checks run',
      '   checks: 2m # a suite of checks is over by then',
      '-  turn_back: 30m # proposed at the decision: not restored by then, another way is taken',
      '+  turn_back: 1h # proposed at the decision: not restored by then, another way is taken',
      expect.stringContaining('  recovery: 1h'),
      ' ',
      " x-owner: the shop's on-call",
    ])
  })

  test('is not taken where somebody has changed the value since, and says what it is now', () => {
    const text = edited(example, set('services/api/stop/grace', '30s', '45s'))
    expect(editManifest(text, '/srv', set('services/api/stop/grace', '30s', '1m'))).toEqual({
      kind: 'moved on',
      says: 'services.api.stop.grace is 45s now, and was 30s',
    })
  })

  test('is there already where the same is written in another way', () => {
    const text = example.replace('grace: 30s', 'grace: 60000ms')
    expect(editManifest(text, '/srv', set('services/api/stop/grace', '30s', '1m'))).toEqual({ kind: 'there' })
  })

  test('never changes what an anchor shares with others, nor an alias, nor a file that has faults of its own', () => {
    const shared = example
      .replace('stop: { grace: 30s }', 'stop: &stop { grace: 30s }')
      .replace('kind: worker\n    depends_on: [main]', 'kind: worker\n    stop: *stop\n    depends_on: [main]')
    expect(parseManifest(shared, '/srv').ok).toBe(true)
    for (const service of ['api', 'worker'])
      expect(editManifest(shared, '/srv', set(`services/${service}/stop/grace`, '30s', '1m')).kind).toBe('cannot')
    expect(editManifest(`${example}\nwrong: 1\n`, '/srv', set('services/api/stop/grace', '30s', '1m'))).toEqual({
      kind: 'cannot',
      says: 'the file has faults of its own: astern plan lists them',
    })
  })

  test('of which only a person knows what to write is not written', () => {
    expect(editManifest(example, '/srv', { path: ['checks', 'check out'], change: { kind: 'look' } }).kind).toBe(
      'cannot',
    )
  })
})

const plain = {
  environment: { name: 'shop', class: 'staging' },
  hosts: { local: { releases: '/srv/shop' } },
  services: {
    api: { hosts: ['local'], release: { path: 'api', start: ['run'] }, stop: { grace: '30s' } },
    worker: { hosts: ['local'], release: { path: 'worker', start: ['run'] } },
  },
  databases: {
    main: {
      mysql: { socket: '/run/db.sock', database: 'shop', user: 'astern' },
      writers: { accounts: ['shop@%', "o'neil@localhost"] },
    },
  },
  checks: [
    { name: 'log in', tcp: { host: 'localhost', port: 80 }, assert: [{ connects: true }], timeout: '5s' },
    { name: 'check out: #2', tcp: { host: 'localhost', port: 81 }, assert: [{ connects: true }] },
  ],
  timing: { health_deadline: '2m', watch: '5m' },
}

const edits: readonly Edit[] = [
  set('services/api/stop/grace', '30s', '1m'),
  set('services/worker/stop/grace', '30s', '1m'),
  set('timing/health_deadline', '2m', '4m'),
  set('timing/checks', null, '4m'),
  set('checks/log in/timeout', '5s', '10s'),
  set('checks/check out: #2/consecutive', null, 2),
  set('databases/main/writers/accounts', ['shop@%', "o'neil@localhost"], ['shop@%', "o'neil@localhost", 'shop@10.%']),
  suggest('services/worker', 'health: { tcp: "{host}:8081" } # or http'),
  suggest('services/api', 'health: { tcp: "{host}:8080" } # or http'),
  suggest('checks', '- { name: api is well }'),
  suggest('artifacts', 'artifacts: DIRECTORY'),
]

test('a unified diff of texts that differ anywhere gives the later one, put to the earlier', () => {
  const lines = fc.array(fc.constantFrom('a', 'b', ' c', ''), { maxLength: 12 })
  fc.assert(
    fc.property(lines, lines, (old, now) => {
      const [before, after] = [old, now].map(all => all.map(line => `${line}\n`).join(''))
      expect(patched(before ?? '', unifiedDiff('f', before ?? '', after ?? ''))).toBe(after)
    }),
  )
})

describe('any manifest, however it is written', () => {
  test('is changed where the proposal is about it and nowhere else, loads, and is changed once', () => {
    fc.assert(
      fc.property(fc.infiniteStream(fc.nat(99)), fc.constantFrom(...edits), (dice, edit) => {
        const text = writtenSomehow(dice)
        expect(parseManifest(text, '/srv')).toMatchObject({ ok: true })
        const after = edited(text, edit)
        expect(parseManifest(after, '/srv').ok).toBe(true)
        expect(editManifest(after, '/srv', edit)).toEqual({ kind: 'there' })
        const { removed, added } = changed(text, after)
        // A value, or nothing: what stands around it is there byte for byte.
        expect(removed).toMatch(/^(["']?\d*[sm]?["']?|)$/)
        expect(added.split('\n').length).toBeLessThanOrEqual(2 + (text.endsWith('\n') ? 0 : 1))
      }),
      { numRuns: 150 },
    )
  })

  test('takes one proposal after the other, in any order, to the same settings', () => {
    fc.assert(
      fc.property(
        fc.infiniteStream(fc.nat(99)),
        fc.shuffledSubarray([...edits], { minLength: edits.length }),
        (dice, order) => {
          const after = order.reduce(edited, writtenSomehow(dice))
          const loaded = parseManifest(after, '/srv')
          expect(loaded).toMatchObject({
            ok: true,
            manifest: {
              services: { api: { stop: { graceMs: 60_000 } }, worker: { stop: { graceMs: 60_000 } } },
              databases: { main: { writers: ['shop@%', "o'neil@localhost", 'shop@10.%'] } },
              checks: [{ timeoutMs: 10_000 }, { consecutive: 2 }],
              timing: { healthDeadlineMs: 240_000, checksMs: 240_000, watchMs: 300_000 },
            },
          })
          const comments = edits.flatMap(({ change }) => (change.kind === 'suggest' ? [`# ${change.comment}`] : []))
          for (const comment of comments) expect(after).toContain(comment)
        },
      ),
      { numRuns: 20 },
    )
  })
})

/** What `patch` would make of it. */
function patched(before: string, diff: readonly string[]): string {
  if (diff.length === 0) return before
  const old = before.split('\n').slice(0, -1)
  const [, from, count] = /^@@ -(\d+),(\d+) /.exec(diff[2] ?? '') ?? []
  const hunk = diff.slice(3)
  const kept = hunk.filter(line => !line.startsWith('+')).map(line => line.slice(1))
  const at = Number(from) - 1
  expect(old.slice(at, at + Number(count))).toEqual(kept)
  const made = hunk.filter(line => !line.startsWith('-')).map(line => line.slice(1))
  return [...old.slice(0, at), ...made, ...old.slice(at + Number(count))].map(line => `${line}\n`).join('')
}

/** Flow or block, one kind of quotes or another, comments behind and between, two or four spaces, either line break. */
function writtenSomehow(dice: Iterator<number>): string {
  const roll = (of: number): boolean => (dice.next().value as number) < of
  const document = new Document(plain)
  visit(document, (_, node) => {
    if (isScalar(node) && typeof node.value === 'string' && roll(40))
      node.type = roll(50) ? 'QUOTE_DOUBLE' : 'QUOTE_SINGLE'
    if ((isMap(node) || isSeq(node)) && node !== document.contents && roll(30)) node.flow = true
    if (isPair(node) && isScalar(node.key) && roll(20)) node.key.commentBefore = ` about "it": { [`
    if (isScalar(node) && roll(15)) node.comment = ' behind # it'
  })
  const printed = document.toString({
    indent: roll(50) ? 2 : 4,
    indentSeq: roll(50),
    flowCollectionPadding: roll(50),
    lineWidth: roll(50) ? 0 : 60,
  })
  const text = roll(20) ? `# a head\n\n---\n${printed}` : roll(20) ? `\n# a head\n${printed}\n# an end\n` : printed
  const ended = roll(20) ? text.trimEnd() : text
  return roll(20) ? ended.replaceAll('\n', '\r\n') : ended
}

function changed(before: string, after: string): { readonly removed: string; readonly added: string } {
  let head = 0
  while (head < before.length && before[head] === after[head]) head += 1
  let tail = 0
  const most = Math.min(before.length, after.length) - head
  while (tail < most && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1
  return { removed: before.slice(head, before.length - tail), added: after.slice(head, after.length - tail) }
}
