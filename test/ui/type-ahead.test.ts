import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { gateOf } from '../../src/state/gates.ts'
import type { Ask } from '../../src/state/intent.ts'
import type { ConsoleState } from '../../src/state/store.ts'
import { deafMs, type Dialog, type DialogKind } from '../../src/ui/dialogs/dialog.ts'
import { dialogs, openDialog } from '../../src/ui/dialogs/table.ts'
import { keysOf } from '../../src/ui/input/keys-of.ts'
import { keyTable } from '../../src/ui/keys/table.ts'
import { paste, press } from '../../src/ui/view/press.ts'
import { firstView, type View, type World } from '../../src/ui/view/view.ts'
import { stateAfter } from './support/states.ts'
import { worldOf } from './support/world.ts'

const moments = {
  deciding: stateAfter(({ kind }) => kind === 'facts.gathered'),
  approving: stateAfter(({ kind }) => kind === 'plan.proposed'),
  'a failure': stateAfter(event => event.kind === 'step.settled' && event.outcome === 'failed'),
  held: stateAfter(({ kind }) => kind === 'held'),
  validating: stateAfter(event => event.kind === 'checks.ended' && event.suite === 'after'),
  'following up': stateAfter(({ kind }) => kind === 'review.booked'),
} as const

/** What came of keys: what was sent, and in which dialog the key fell that sent it. */
type Sent = { readonly ask: Ask; readonly from: Dialog | null; readonly heardMs: number }
type Packet = { readonly text: string; readonly pasted: boolean; readonly afterMs: number }

/** Each packet as the terminal hands it over: its keys in turn, all of them at one time. */
function typed(state: ConsoleState, packets: readonly Packet[], from: View = firstView): readonly Sent[] {
  const sent: Sent[] = []
  let view = from
  let clockMs = 0
  const world = (): World => worldOf(state, { view, clockMs })
  for (const { text, pasted, afterMs } of packets) {
    clockMs += afterMs
    if (pasted) {
      view = paste(view, text, world()).view
      continue
    }
    for (const key of keysIn(text)) {
      const { dialog } = view
      const pressed = press(view, key, world())
      for (const effect of pressed.effects)
        if (effect.kind === 'send')
          sent.push({ ask: effect.ask, from: dialog, heardMs: clockMs - (dialog?.openedMs ?? clockMs) })
      view = pressed.view
    }
  }
  return sent
}

const named: Readonly<Record<string, string>> = { '\u001b': 'esc', '\u001b[C': 'right', '\u001b[D': 'left' }

function keysIn(text: string): readonly string[] {
  const name = named[text]
  return name === undefined ? keysOf(text, {} as Parameters<typeof keysOf>[1]) : [name]
}

const everyKey = keyTable.flatMap(({ keys }) => keys).filter(key => key.length === 1)
const piece = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('\r', '\r', '\r', '\n', '\t', 'shop', 'main', 'y', 'yes') },
  { weight: 4, arbitrary: fc.constantFrom(...everyKey) },
  { weight: 1, arbitrary: fc.string({ maxLength: 3 }) },
)
const joined = fc.array(piece, { minLength: 1, maxLength: 12 }).map(pieces => pieces.join(''))
const packetText = fc.oneof(
  { weight: 8, arbitrary: joined },
  { weight: 1, arbitrary: fc.constantFrom(...Object.keys(named)) },
)
const packetsOf = (afterMs: fc.Arbitrary<number>): fc.Arbitrary<readonly Packet[]> =>
  fc.array(fc.record({ text: packetText, pasted: fc.boolean(), afterMs }), { minLength: 1, maxLength: 10 })
const aMoment = fc.constantFrom(...(Object.keys(moments) as (keyof typeof moments)[]))
/** Most begin with a dialog open already, so that what is typed meets it. */
const aDialog = fc.option(fc.constantFrom(...(Object.keys(dialogs) as DialogKind[])), { freq: 8 })
const runs = { numRuns: 1500 }

/** Asks that need no dialog, since nothing is changed by them but the plan that is read, or a check. */
const withoutDialog = new Set<Ask['kind']>(['plan again', 'check again', 'rehearse'])

describe('keys that arrive together, or before they could have been meant', () => {
  test('send nothing out of a destructive dialog unless every name in it was typed after its deaf moment', () => {
    fc.assert(
      fc.property(aMoment, aDialog, packetsOf(fc.nat({ max: 2 * deafMs })), (at, kind, packets) => {
        const view = { ...firstView, dialog: kind === null ? null : openFor(kind, moments[at]) }
        for (const { from, heardMs } of typed(moments[at], packets, view)) {
          if (from === null || !from.destructive) continue
          expect(heardMs).toBeGreaterThanOrEqual(deafMs)
          for (const field of from.fields) if (field.kind === 'typed') expect(field.value.trim()).toBe(field.wanted)
        }
      }),
      runs,
    )
  })

  test('send nothing at all out of a dialog they opened, in one packet or within its deaf moment, but what is harmless at any time', () => {
    fc.assert(
      fc.property(aMoment, packetsOf(fc.constant(0)), (at, packets) => {
        const guarded = typed(moments[at], packets).filter(({ from, ask }) =>
          from === null ? !withoutDialog.has(ask.kind) : from.guarded,
        )
        expect(guarded).toEqual([])
      }),
      runs,
    )
  })

  test('fill no name that arms something by being pasted, in whichever field', () => {
    fc.assert(
      fc.property(
        aMoment,
        fc.constantFrom(...(Object.keys(dialogs) as DialogKind[])),
        fc.array(fc.constantFrom('tab', 'shop', 'main', 'shop\r', 'shop\rmain\r\r'), { minLength: 1 }),
        (at, kind, acts) => {
          const world: World = worldOf(moments[at], { clockMs: 10_000 })
          const opened: View = { ...firstView, dialog: openFor(kind, moments[at]) }
          const view = acts.reduce<View>(
            (before, act) => (act === 'tab' ? press(before, act, world) : paste(before, act, world)).view,
            opened,
          )
          const names = view.dialog?.fields.filter(field => field.kind === 'typed') ?? []
          expect(names.map(({ value }) => value)).toEqual(names.map(() => ''))
        },
      ),
      runs,
    )
  })
})

const about: Readonly<Partial<Record<DialogKind, (state: ConsoleState) => string>>> = {
  approve: ({ run }) => run.plan?.hash ?? '',
}

function openFor(kind: DialogKind, state: ConsoleState): Dialog {
  const gate = gateOf(state.run)
  const step = gate !== null && 'step' in gate ? gate.step : (state.run.plan?.plan.steps[0]?.id ?? '')
  return openDialog(kind, about[kind]?.(state) ?? step, state, 0)
}

describe('a dialog that destroys something', () => {
  const kinds: readonly DialogKind[] = [
    'approve',
    'second person',
    'end',
    'retry',
    'skip',
    'undo',
    'stop',
    'sign',
    'accept',
    'close',
    'resume',
    'helm',
  ]

  test.each(kinds)('%s hears nothing in its first moment, whatever is in the packet', kind => {
    fc.assert(
      fc.property(
        aMoment,
        fc.array(joined, { minLength: 1, maxLength: 4 }),
        fc.nat({ max: deafMs - 1 }),
        (at, texts, atMs) => {
          const opened = { ...firstView, dialog: openFor(kind, moments[at]) }
          let view: View = opened
          for (const key of texts.flatMap(keysIn)) {
            const pressed = press(view, key, worldOf(moments[at], { clockMs: atMs }))
            expect(pressed.effects).toEqual([])
            view = pressed.view
          }
          expect(view).toEqual(opened)
        },
      ),
    )
  })
})
