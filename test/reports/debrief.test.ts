import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { debriefOf, type DrillRecord } from '../../src/reports/debrief/debrief.ts'
import { debriefHtml, debriefJson, debriefMarkdown } from '../../src/reports/debrief/formats.ts'
import type { DrillEnd } from '../../src/state/drill/play/event.ts'
import type { Scenario } from '../../src/state/drill/scenario.ts'
import { drillLines, drillMoments, playedLines, playedRun, scenario } from '../state/drill/score/stage.ts'
import { awkward, journal, wholeRun, type Moment } from './fixture.ts'

const whole: DrillRecord = { lines: drillLines(), played: [playedLines()] }

/** So many days before, with other runs' names. */
function earlier(days: number, of: Scenario = scenario): DrillRecord {
  const shifted = (moments: readonly Moment[]): readonly Moment[] =>
    moments.map(([at, who, event]): Moment => [at - 86_400 * days, who, event])
  const played = playedLines(shifted(wholeRun), `r-${days}`)
  const drill = drillMoments(of).map(
    ([at, who, event]): Moment => [at, who, 'run' in event ? ({ ...event, run: `r-${days}` } as typeof event) : event],
  )
  return { lines: journal(shifted(drill), `DRILL-${days}`), played: [played] }
}

function ended(why: DrillEnd, at = 212): DrillRecord {
  const moments = drillMoments().map(
    ([when, who, event]): Moment =>
      event.kind === 'drill.ending'
        ? [at, why === 'halted' ? 'Bo' : 'astern', { ...event, why, words: 'so it was' }]
        : [when, who, event],
  )
  return { ...whole, lines: drillLines(moments) }
}

function section(text: string, title: string): string {
  const found = text.split(/^## /m).find(part => part.startsWith(title))
  if (found === undefined) throw new Error(`there is no ${title}`)
  return found
}

const story = (record: DrillRecord): string =>
  section(debriefMarkdown(debriefOf(record, [])), 'What happened').split('\n')[2] ?? ''

describe('the debrief', () => {
  test('of a drill, and of one before it, is this', async () => {
    await expect(debriefMarkdown(debriefOf(whole, [earlier(1)]))).toMatchFileSnapshot(
      join(import.meta.dirname, 'golden', 'debrief.md.txt'),
    )
  })

  test('is the same to the byte when it is made again, whatever the runs went on with after the drill', () => {
    const late: Moment = [500, 'ana', { kind: 'note.added', text: 'a week later' }]
    const again = { lines: structuredClone(whole.lines), played: [playedLines([...wholeRun, late])] }
    for (const format of [debriefMarkdown, debriefHtml, debriefJson])
      expect(format(debriefOf(again, [earlier(1)]))).toBe(format(debriefOf(whole, [earlier(1)])))
  })

  test.each(drillMoments().map((_, index) => index + 1))('can be written after line %i of the drill', length => {
    const record = {
      lines: drillLines(drillMoments().slice(0, length)),
      played: [playedLines(wholeRun.slice(0, 3 * length))],
    }
    for (const format of [debriefMarkdown, debriefHtml]) {
      const text = format(debriefOf(record, []))
      expect(text).toContain('Against the targets')
      expect(text).not.toMatch(/undefined|\bnull\b|NaN|\[object/)
    }
  })

  test('says that it is a drill in its title, in its head and in its foot', () => {
    expect(debriefMarkdown(debriefOf(whole, [])).split('\n')[0]).toMatch(/^# \\\[DRILL\\\] Debrief of /)
    const html = debriefHtml(debriefOf(whole, []))
    expect([/<title>\[DRILL\] /, /<h1>\[DRILL\] /, /<footer><p>\[DRILL\] /].map(what => what.test(html))).toEqual([
      true,
      true,
      true,
    ])
    expect(JSON.parse(debriefJson(debriefOf(whole, [])))).toMatchObject({
      drill: true,
      score: { points: { left: 95 } },
    })
  })
})

describe('what happened', () => {
  test('is told in three sentences', () => {
    expect(story(whole)).toBe(
      'ana and bo played “The release that dropped a column” in shop on 2026-11-18 from 03:09 UTC, for 4:32; it ended because what was played in it was closed. ' +
        'The first of 2 faults (lock rows of main) was there at 03:09; it was noticed after 0:30, and ana decided to roll back as SEV-2 after 2:30, as the scenario expected. ' +
        'Users were served again after 3:19, 7 of 7 targets were kept, and 95 of 100 points are left; nothing that was injected is there any more.',
    )
  })

  test.each<[DrillEnd, string]>([
    ['halted', 'Bo halted it (so it was)'],
    ['deadline', 'its time was over (so it was)'],
    ['stop condition', 'a stop condition was met (so it was)'],
    ['beyond', 'something beyond its blast radius was hurt (so it was)'],
    ['lost', 'the process that led it was gone'],
  ])('says why it ended: %s', (why, words) => {
    expect(story(ended(why))).toContain(`; it ended because ${words}. `)
  })

  test('says what is still there, and that nothing was noticed or decided', () => {
    const left = drillMoments().filter(([, , event]) => !('step' in event && event.step === 'undo.api-dies'))
    expect(story({ ...whole, lines: drillLines(left) })).toContain('; STILL THERE: kill api on web-1.')
    expect(story(ended('deadline', -1))).toContain(
      'nobody noticed it, and nothing was decided, where the answer was to roll back.',
    )
  })

  test('of a fault that was noticed in the minute of its beginning, as people write times, says no more than that', () => {
    const played = wholeRun.map(([at, who, event]): Moment => {
      if (event.kind !== 'decision.made') return [at, who, event]
      const detected = { at: '2026-11-18T03:09:00.000Z', by: 'the pager' }
      return [at, who, { ...event, decision: { ...event.decision, detected } }]
    })
    const record = { ...whole, played: [playedLines(played)] }
    expect(story(record)).toContain('; it was noticed within the minute, and ana decided')
    expect(debriefMarkdown(debriefOf(record, []))).toContain('| detect | within the minute | 2:00 | ✓ kept |')
  })

  test('of a drill that never began says that', () => {
    const lines = drillLines([
      ...drillMoments().slice(0, 1),
      [-60, 'astern', { kind: 'drill.ending', why: 'not steady', words: 'its steady state is not there: log in' }],
    ])
    expect(story({ lines, played: [] })).toBe(
      '“The release that dropped a column” in shop was not played: there was no steady state to begin from (its steady state is not there: log in). Nothing was injected. No points are given: it never began.',
    )
  })
})

describe('the timeline', () => {
  test('has what was injected and said on the one side, what was seen and done on the other, by the clock', () => {
    const rows = section(debriefMarkdown(debriefOf(whole, [])), 'Timeline')
      .split('\n')
      .filter(line => /^\| \d/.test(line))
    const clock = rows.map(line => line.slice(2, 10))
    expect(clock.every((at, index) => at >= (clock[index - 1] ?? ''))).toBe(true)
    const from = rows.findIndex(line => line.includes('fired api-dies'))
    expect(rows.slice(from, from + 4)).toEqual([
      '| 03:12:01 | +2:31 | fired api-dies |  |',
      '| 03:12:01 | +2:31 |  | done: stop api on local: its process is gone |',
      '| 03:12:02 | +2:32 | there: kill api on web-1 |  |',
      '| 03:12:02 | +2:32 |  | done: main.archive.order\\_notes: 37 rows kept |',
    ])
  })

  test('shows where a target passes, what ended by itself, and many of a kind as one', () => {
    const strict = {
      ...scenario,
      targets: { ...scenario.targets, mitigateMs: 60_000 },
      injects: scenario.injects.map(one => ({ ...one, expiresMs: 90_000 })),
    }
    const hurt = Array.from({ length: 40 }, (_, index): Moment => {
      const signal = {
        key: `api@web-${index}`,
        at: '',
        state: 'unhealthy',
        release: null,
        latencyMs: null,
        note: '',
      } as const
      return [5 + index / 100, 'astern', { kind: 'signal.changed', signal }]
    })
    const played = [...wholeRun, ...hurt].toSorted(([a], [b]) => a - b)
    const text = section(
      debriefMarkdown(debriefOf({ lines: drillLines(drillMoments(strict)), played: [playedLines(played)] }, [])),
      'Timeline',
    )
    expect(text).toContain('| 03:10:30 | +1:00 |  | ✗ the target passes: mitigate (1:00) |')
    expect(text).toContain('| 03:11:00 | +1:30 | gone by itself: lock rows of main |  |')
    expect(text).toContain('|  | 40 changes of health, to unhealthy, until 03:10:05: api@web-0, …, api@web-39 |')
  })
})

describe('compared with earlier drills of the scenario', () => {
  test('each has its own numbers, newest first, and no mean of them; another version of the scenario is said to be one', () => {
    const other = { ...scenario, deadlineMs: 1 }
    const found = section(debriefMarkdown(debriefOf(whole, [earlier(1), earlier(2, other)])), 'Compared')
    expect(found).toContain(
      '| measure | DRILL-1118-a (this one) | DRILL-1 | DRILL-2 (another version of the scenario) |',
    )
    expect(found).toContain('| played on | 2026-11-18 | 2026-11-17 | 2026-11-16 |')
    expect(found).toContain('| mitigate | 3:19 | 3:19 | 3:19 |')
    expect(found).not.toMatch(/mean|average|median|trend/i)
  })

  test('more than five before it are counted, and not shown', () => {
    const found = section(
      debriefMarkdown(
        debriefOf(
          whole,
          [1, 2, 3, 4, 5, 6, 7].map(days => earlier(days)),
        ),
      ),
      'Compared',
    )
    expect(found).toContain('2 older ones are not shown.')
    expect(found).not.toContain('DRILL-6')
  })
})

test('a journal that is not here is said to be missing, and takes the points away instead of counting for nothing', () => {
  const text = debriefMarkdown(debriefOf({ ...whole, played: [] }, []))
  expect(text).toContain(`- **Not here to be read:** ${playedRun}`)
  expect(text).toContain(`No points are given: the journal of ${playedRun} is not here.`)
})

test('a good way through it stands beside the way that was taken', () => {
  const rows = section(debriefMarkdown(debriefOf(whole, [])), 'The expected path').split('\n')
  expect(
    rows.filter(line => /^(- [^*]|.*:$)/.test(line)).map(line => line.replace(/ \(checkout answers.*\)$/, '')),
  ).toEqual([
    'A good way through it:',
    '- declares at least SEV-2 before looking for the cause',
    '- takes the database back first',
    'What was done:',
    '- \\+0:30 ana opened a run',
    '- \\+1:30 ana decided: SEV-2, roll back',
    '- \\+2:30 ana approved the plan from 1.3.0 to 1.2.2, database first',
    '- \\+2:30 Services began',
    '- \\+2:31 Database began',
    '- \\+3:30 ana accepted the result',
    '- \\+4:01 closed: reached',
  ])
})

test('lessons that say nothing are none', () => {
  const played = wholeRun.map(
    ([at, who, event]): Moment => [at, who, event.kind === 'lessons.added' ? { ...event, lessons: '' } : event],
  )
  const text = section(
    debriefMarkdown(debriefOf({ ...whole, played: [playedLines(played)] }, [])),
    'What to take along',
  )
  expect(text).toContain('Lessons, as they were written in phase 6:\n\nNone.')
})

test('beside a proposal for astern.yaml stands what was injected while it was seen', () => {
  const text = section(debriefMarkdown(debriefOf(whole, [])), 'What to take along')
  expect(text).toContain(
    '| services.api | api@local.start failed before it ended well: what made it fail will do so again. | lock rows of main, kill api on web-1 |',
  )
})

test('text from outside stays text in every format: a title, an event, an answer, a hint, an observation', () => {
  const rude = `${awkward}\n# head\n- item`
  const of = { ...scenario, title: rude, expected: { ...scenario.expected, path: [rude] }, objectives: [rude] }
  const lines = drillLines(
    drillMoments(of).map(
      ([at, who, event]): Moment => ('text' in event ? [at, `bo ${rude}`, { ...event, text: rude }] : [at, who, event]),
    ),
  )
  const made = debriefOf({ ...whole, lines }, [{ ...whole, lines }])
  const html = debriefHtml(made)
  expect(html).toContain('&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;')
  for (const sign of ['<script', '<img', '\u202e', '\u001b']) expect(html).not.toContain(sign)
  for (const sign of ['\u202e', '\u001b', '\\u001b'])
    expect(`${debriefMarkdown(made)}${debriefJson(made)}`).not.toContain(sign)
  expect(debriefMarkdown(made)).not.toMatch(/(?<!\\)<script/)
  expect(
    debriefMarkdown(made)
      .split('\n')
      .filter(line => /^(# head|- item|<)/.test(line)),
  ).toEqual([])
  expect(html).toContain(`content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"`)
})
