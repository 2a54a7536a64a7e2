import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { incidentHtml } from '../../src/reports/html.ts'
import { phaseLines } from '../../src/reports/summary.ts'
import { replay } from '../../src/state/reduce.ts'
import { incidentMarkdown } from '../../src/reports/markdown.ts'
import {
  begun,
  decided,
  facts,
  failed,
  journal,
  mixedRun,
  opened,
  plan,
  settled,
  steps,
  untilDone,
  wholeRun,
  type Moment,
} from './fixture.ts'

const whole = journal(wholeRun)

describe('the incident document', () => {
  test('of a whole run is this', async () => {
    await expect(incidentMarkdown(whole)).toMatchFileSnapshot(join(import.meta.dirname, 'golden', 'incident.md.txt'))
  })

  test('is the same to the byte when it is made again, in another place and language', () => {
    const { TZ, LANG } = process.env
    const first = [incidentMarkdown(whole), incidentHtml(whole)]
    process.env['TZ'] = 'Pacific/Auckland'
    process.env['LANG'] = 'de_DE.UTF-8'
    try {
      expect([incidentMarkdown(structuredClone(whole)), incidentHtml(structuredClone(whole))]).toEqual(first)
    } finally {
      put('TZ', TZ)
      put('LANG', LANG)
    }
  })

  test.each(wholeRun.map((_, index) => index))('can be written after line %i of the journal', last => {
    const lines = journal(wholeRun.slice(0, last))
    for (const text of [incidentMarkdown(lines), incidentHtml(lines)]) {
      expect(text).toContain('Checklist')
      expect(text).not.toMatch(/undefined|\bnull\b|NaN|\[object/)
    }
  })

  test('of a run that goes on says where it stands, and draws the running step until the last line', () => {
    const starts = untilDone.findIndex(([, , event]) => event.kind === 'step.begun' && event.step === steps.start.id)
    const lines = journal([...untilDone.slice(0, starts + 1), [143, 'astern', { kind: 'note.added', text: 'slow' }]])
    const text = incidentMarkdown(lines)
    expect(text).toContain('- **Status:** going on in phase 3, Services\n')
    expect(text).toContain('| start api 1.2.2 on local | running | 2.0 s | 0:20 |')
  })

  test('of a run that left versions mixed says so in its title, and what stands where', () => {
    const lines = journal(mixedRun)
    const text = incidentMarkdown(lines)
    expect(text.split('\n')[0]).toMatch(/1\.3\.0 to 1\.2\.2, versions mixed$/)
    expect(text).toContain('- **Versions:** mixed: 1.2.2: api@local; 1.3.0: auth@local\n')
    expect(incidentHtml(lines)).toContain('mixed: 1.2.2: api@local; 1.3.0: auth@local')
    expect(phaseLines(replay(lines)).find(line => line.startsWith('3'))).toContain('versions mixed')
  })

  test('of a run that waits says for what', () => {
    const failing = untilDone.findIndex(([, , event]) => event.kind === 'step.settled' && event.outcome === 'failed')
    expect(incidentMarkdown(journal(untilDone.slice(0, failing + 1)))).toContain(
      '- **Status:** going on in phase 3, Services, waits for a person (failure)',
    )
  })

  test('of a run that ended short says why, and ticks nothing', () => {
    const moments: readonly Moment[] = [
      [0, 'ana', opened],
      [4, 'astern', { kind: 'facts.gathered', facts, proposed: { severity: 'SEV-2', why: 'checkout', scope: '' } }],
      [60, 'ana', decided],
      [61, 'astern', { kind: 'plan.failed', fault: { code: 'p', what: 'No good release', means: 'x', next: 'y' } }],
      [70, 'ana', { kind: 'close.asked', outcome: 'short', why: 'rolled forward by hand' }],
      [71, 'astern', { kind: 'run.closed', outcome: 'short', why: 'rolled forward by hand' }],
    ]
    const text = incidentMarkdown(journal(moments))
    expect(text).toContain('- **Status:** ended short: rolled forward by hand')
    expect(text).toContain('No plan could be made: No good release')
    expect(text).not.toContain('✓')
  })

  test('keeps every attempt: its evidence, its time, and that it failed', () => {
    const text = incidentMarkdown(whole)
    expect(text).toContain('| start api 1.2.2 on local | ok, 2 attempts | 2.0 s | 0:12 |')
    expect(text).toContain(
      '| evidence/api@local.start.1.log | api@local.start, attempt 1 | 99 | sha-api@local.start-1 |',
    )
    expect(text).toContain(
      '| evidence/api@local.start.2.log | api@local.start, attempt 2 | 12 | sha-api@local.start-2 |',
    )
    expect(text).toContain('- api@local.start needed attempt 2, which ended: ok')
  })

  test('shows what an earlier plan did after the plan was revised, and not what it no longer will', () => {
    const at = untilDone.findIndex(([, , { kind }]) => kind === 'plan.approved')
    const revised = { ...plan, purpose: { kind: 'revision', of: '1.2.2', why: 'undo' } as const, steps: [steps.start] }
    const text = incidentMarkdown(
      journal([
        ...untilDone.slice(0, at + 1),
        [121, 'astern', begun(steps.stop)],
        [122, 'astern', settled(steps.stop, 'its process is gone')],
        [130, 'ana', { kind: 'plan.revised', plan: revised, hash: 'b2', why: 'undo what was done', diff: [] }],
      ]),
    )
    expect(text).toContain('- **Plan:** b2, revision 2: undo what was done')
    expect(text).toMatch(/\| stop api on local \| ok \|/)
    expect(text).not.toMatch(/\| main\.archive\.order\\_notes \|/)
  })

  test('asks people for what only they know', () => {
    const questions = incidentMarkdown(whole)
      .split('\n')
      .filter(line => line.startsWith('- [ ] '))
    expect(questions.length).toBeGreaterThan(12)
    expect(questions).toContain('- [ ] Where we were lucky: _to be written_')
  })

  test('shows a wall clock that jumped', () => {
    const late = whole.map(line => (line.seq < 2 ? line : { ...line, mono: line.mono - 90_000 }))
    expect(incidentMarkdown(late)).toContain('- The wall clock jumped by 90.0 s before line 2')
    expect(incidentMarkdown(whole)).not.toContain('clock jumped')
  })

  test('renders ten thousand events whole', () => {
    const tries = Array.from({ length: 5_000 }, (_, index): readonly Moment[] => [
      [200 + index, 'astern', begun(steps.start, index + 3)],
      [200.5 + index, 'astern', failed(steps.start, index + 3)],
    ])
    const long = journal([...untilDone, ...tries.flat()])
    const count = (text: string, what: RegExp): number => text.match(what)?.length ?? 0
    expect(count(incidentMarkdown(long), /^\| .* \| failed: api@local\.start: /gm)).toBe(5_001)
    expect(count(incidentHtml(long), />failed: api@local\.start: /g)).toBe(5_001)
  })
})

describe('text from outside', () => {
  test('stays text in Markdown: no row, list, heading, link or tag of its own', () => {
    const rude = '# head\n- item\n| cell |\n[a](javascript:1) <img src=x> `code` &lt; ~~gone~~'
    const note: Moment = [1, 'ana', { kind: 'note.added', text: rude }]
    const text = incidentMarkdown(journal([[0, 'ana', opened], note]))
    const spelt =
      '\\# head - item \\| cell \\| \\[a\\](javascript:1) \\<img src=x\\> \\`code\\` \\&lt; \\~\\~gone\\~\\~'
    expect(text.split('\n').filter(line => line.includes('- item'))).toEqual([
      `| 2026-11-18 03:10:01 | ana |  | note: ${spelt} |`,
      `| 2026-11-18T03:10:01.000Z | ana | ${spelt} |`,
    ])
  })

  test('makes no list or number where it stands at the head of an item', () => {
    const warnings = ['- one', '2. two', '+ three', '4) four', '5 five']
    const text = incidentMarkdown(
      journal([
        [0, 'ana', opened],
        [1, 'astern', { kind: 'plan.proposed', plan: { ...plan, warnings }, hash: 'h' }],
      ]),
    )
    expect(text).toContain('\n- \\- one\n- 2\\. two\n- \\+ three\n- 4\\) four\n- 5 five\n')
  })

  test('stays text in HTML, in elements and in attributes', () => {
    const html = incidentHtml(whole)
    expect(html).toContain('&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;')
    for (const rude of ['<script', '<img', '\u202e', '\u001b']) expect(html).not.toContain(rude)
    expect(balanced(html)).toEqual({ open: [], wrong: [] })
  })
})

describe('the HTML document', () => {
  test('asks nothing of the network and forbids itself to', () => {
    const html = incidentHtml(whole)
    const policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
    expect(html).toContain(`content="${policy}"`)
    expect(html.replaceAll(/ href="#[a-z-]+"/g, '')).not.toMatch(/\b(src|href|srcset|action|url|@import)\s*[=(]/)
    expect(html).not.toMatch(/https?:\/\//)
    expect(html).not.toMatch(/<(link|iframe|object|embed|form|base)\b/)
  })

  test('says what the Markdown says', () => {
    const titles = [...incidentMarkdown(whole).matchAll(/^## (.*)$/gm)].map(([, title]) => title)
    expect([...incidentHtml(whole).matchAll(/<h2 id="[a-z-]+">(.*?)<\/h2>/g)].map(([, title]) => title)).toEqual(titles)
  })

  test('has one h1, its landmarks, a way to every section, and heads on every table', () => {
    const html = incidentHtml(whole)
    const count = (what: RegExp): number => [...html.matchAll(what)].length
    expect([/<h1>/g, /<header>/g, /<nav aria-label=/g, /<main>/g, /<footer>/g].map(count)).toEqual([1, 1, 1, 1, 1])
    const ids = [...html.matchAll(/<h2 id="([a-z-]+)">/g)].map(([, id]) => id)
    expect([new Set(ids).size, [...html.matchAll(/ href="#([a-z-]+)"/g)].map(([, id]) => id)]).toEqual([
      ids.length,
      ids,
    ])
    for (const [table] of html.matchAll(/<table.*?<\/table>/gs)) {
      const heads = [...table.matchAll(/<th scope="col">[^<]+<\/th>/g)].length
      const rows = [...table.matchAll(/<tr class="\w+">(.*?)<\/tr>/g)]
      const cells = rows.map(([, row = '']) => [...row.matchAll(/<td data-label="[^"]+">/g)].length)
      expect([heads > 0, new Set(cells)]).toEqual([true, new Set([heads])])
    }
    expect(html).not.toMatch(/<svg(?![^>]* aria-(label|hidden)=)/)
  })

  test('shows times as people read them, and says where a long name may break, keeping every letter of it', () => {
    const digest = `sha256:${'0123456789abcdef'.repeat(4)}`
    const note: Moment = [1, 'ana', { kind: 'note.added', text: `at 2026-11-18T03:10:01.000Z ${digest} <&>` }]
    const html = incidentHtml(journal([[0, 'ana', opened], note]))
    const time = '<time datetime="2026-11-18T03:10:01.000Z">2026-11-18 03:10:01&nbsp;UTC</time>'
    expect(html).toContain(`${time} sha256:<wbr>0123456789abcdef<wbr>01234`)
    expect(html.replaceAll('<wbr>', '')).toContain(`${digest} &lt;&amp;&gt;`)
  })

  test('draws each step as a bar: the estimate, and each attempt on it', () => {
    const html = incidentHtml(whole)
    const start = /<td data-label="step">start api 1\.2\.2 on local<\/td>.*?<\/tr>/.exec(html)?.[0] ?? ''
    const rects = start.matchAll(/<rect class="(\w+)" x="(\d+)" width="(\d+)"/g)
    expect([...rects].map(([, ...parts]) => parts)).toEqual([
      ['estimated', '56', '40'],
      ['failed', '56', '198'],
      ['taken', '891', '40'],
    ])
    expect(start).toContain('aria-label="took 0:12, estimated 2.0 s"')
  })
})

function put(name: string, value: string | undefined): void {
  if (value === undefined) delete process.env[name]
  else process.env[name] = value
}

/** Tags left open, and tags closed in the wrong order. */
function balanced(html: string): { readonly open: readonly string[]; readonly wrong: readonly string[] } {
  const alone = new Set(['meta', 'rect', 'wbr', '!doctype'])
  const open: string[] = []
  const wrong: string[] = []
  for (const [, slash, tag = ''] of html.matchAll(/<(\/?)([!a-z][a-z0-9]*)[^>]*>/g)) {
    if (alone.has(tag)) continue
    if (slash === '') open.push(tag)
    else if (open.pop() !== tag) wrong.push(tag)
  }
  return { open, wrong }
}
