import { describe, expect, test } from 'vitest'
import { checksXml, junit } from '../../src/reports/junit.ts'
import { timelineCsv, timelineJson } from '../../src/reports/timeline.ts'
import { checkoutCheck, failed, journal, loginCheck, opened, result, steps, untilDone, wholeRun } from './fixture.ts'

const whole = journal(wholeRun)

describe('the timeline', () => {
  test('has one entry for each line that says something, with who, phase, step and evidence', () => {
    const entries = JSON.parse(timelineJson(whole)) as readonly { readonly seq: number }[]
    const silent = ['intent.taken', 'checks.ended', 'signal.summed']
    expect(entries.map(({ seq }) => seq)).toEqual(
      whole.filter(({ event }) => !silent.includes(event.kind)).map(({ seq }) => seq),
    )
    const settled = whole.find(({ event }) => event.kind === 'step.settled' && event.step === steps.down.id)
    expect(entries.find(({ seq }) => seq === settled?.seq)).toEqual({
      seq: settled?.seq,
      at: '2026-11-18T03:12:02.900Z',
      who: 'astern',
      from: 'engine',
      kind: 'step.settled',
      phase: 4,
      step: 'main.down.20261118.1',
      tone: 'good',
      text: 'done: main.down.20261118.1: committed',
      evidence: 'evidence/main.down.20261118.1.1.log',
    })
  })

  test('knows the phase of what belongs to no step', () => {
    const entries = JSON.parse(timelineJson(whole)) as readonly {
      kind: string
      phase: number | null
      step: string | null
    }[]
    const phaseOf = (kind: string): readonly (number | null)[] =>
      entries.filter(entry => entry.kind === kind && entry.step === null).map(({ phase }) => phase)
    expect([phaseOf('checks.started'), phaseOf('plan.approved'), phaseOf('held'), phaseOf('run.closed')]).toEqual([
      [1, 5],
      [2],
      [null],
      [6],
    ])
    expect(entries.find(({ step }) => step === 'local.lock')?.phase).toBe(2)
  })

  test('as CSV is quoted throughout, ends its lines with CRLF, and gives a spreadsheet no formula', () => {
    const csv = timelineCsv(
      journal([
        [0, '=cmd()', opened],
        [1, 'ana', { kind: 'note.added', text: 'a "quoted", text\nin two lines' }],
      ]),
    )
    expect(csv).toBe(
      [
        '"seq","at","who","from","kind","phase","step","tone","text","evidence"',
        `"1","2026-11-18T03:10:00.000Z","'=cmd()","10.0.0.7","run.opened","1","","plain","opened a rollback of shop (production)",""`,
        '"2","2026-11-18T03:10:01.000Z","ana","10.0.0.7","note.added","","","plain","note: a ""quoted"", text in two lines",""',
        '',
      ].join('\r\n'),
    )
  })

  test('of an empty journal is empty', () => {
    expect([timelineJson([]), timelineCsv([]).split('\r\n').length]).toEqual(['[]\n', 2])
  })
})

describe('checks as JUnit', () => {
  test('are two suites: what was expected and got fails, what is inconclusive is an error', () => {
    const xml = checksXml([
      {
        name: 'after',
        at: '2026-11-18T03:12:52.000Z',
        results: [
          result(loginCheck, 'pass', 'got 200', { attempts: 2, firstFailure: 'refused' }),
          result(checkoutCheck, 'fail', 'expected 201, got "500" <b>\nand a second line'),
          result({ ...loginCheck, name: 'slow' }, 'degraded', '2 s', { latencyMs: 2_000 }),
          result({ ...loginCheck, name: 'empty' }, 'inconclusive', 'nothing asserted', { latencyMs: null }),
        ],
      },
    ])
    expect(xml).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="astern" tests="4" failures="1" errors="1" time="2.082">
  <testsuite name="after" timestamp="2026-11-18T03:12:52" tests="4" failures="1" errors="1" time="2.082">
    <testcase name="log in" classname="after.auth" time="0.041">
      <system-out>at first: refused</system-out>
    </testcase>
    <testcase name="checkout" classname="after.critical" time="0.041">
      <failure type="must" message="expected 201, got &quot;500&quot; &lt;b&gt;&#10;and a second line">expected 201, got &quot;500&quot; &lt;b&gt;&#10;and a second line</failure>
    </testcase>
    <testcase name="slow" classname="after.auth" time="2.000">
      <system-out>2 s</system-out>
    </testcase>
    <testcase name="empty" classname="after.auth" time="0.000">
      <error type="must" message="nothing asserted">nothing asserted</error>
    </testcase>
  </testsuite>
</testsuites>
`)
  })

  test('of a run are those before and those after', () => {
    const suites = [...junit(whole).matchAll(/<testsuite name="(\w+)" .*?tests="(\d)" failures="(\d)" errors="(\d)"/g)]
    expect(suites.map(([, ...parts]) => parts)).toEqual([
      ['baseline', '2', '1', '0'],
      ['after', '2', '0', '0'],
    ])
  })

  test('that gave no result yet are errors, and never missing', () => {
    const xml = junit(journal([...untilDone, [172, 'astern', { kind: 'checks.started', suite: 'after' }]]))
    expect(xml.match(/<error type="must" message="it gave no result">/g)?.length).toBe(2)
  })

  test('carry no character that XML has no spelling for', () => {
    const xml = checksXml([{ name: 'a', results: [result(loginCheck, 'fail', 'x\u0000\u0008\ud800\uffff\u001b[1my')] }])
    expect(xml).toContain('message="x\ufffdy"')
  })
})

test('every format of every half of the run is text, and the same twice', () => {
  for (const length of wholeRun.keys()) {
    const lines = journal([...wholeRun.slice(0, length), [999, 'astern', failed(steps.stop, 9)]])
    for (const format of [junit, timelineCsv, timelineJson]) expect(format(structuredClone(lines))).toBe(format(lines))
  }
})
