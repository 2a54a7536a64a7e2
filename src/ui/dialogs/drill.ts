import { hintPrice, offeredHint, pointsText } from '../../state/drill/hint.ts'
import { saidIn, unanswered } from '../../state/drill/said.ts'
import { clockText, betweenMs, timeOfDay } from '../../state/times.ts'
import { valueOf, type DialogSpec } from './dialog.ts'
import { form, textField } from './fields.ts'

/** Of those who wait for an answer, the one that `about` names. */
export const answerDialog: DialogSpec = {
  draft: ({ drill, now }, about) => {
    const asked = saidIn(drill).find(({ inject }) => inject === about)
    const others = unanswered(drill).filter(({ inject }) => inject !== about).length
    if (asked === undefined) return form('Answer', 'Answer', { says: [{ text: 'Nobody asks anything now.' }] })
    return form('Somebody asks, in the drill', 'Answer', {
      says: [
        { text: asked.text, tone: 'title' },
        { text: `Asked at ${timeOfDay(asked.at)}, ${clockText(betweenMs(asked.at, now))} ago.` },
        ...(others === 0 ? [] : [{ text: `After this one, ${others} more.` }]),
      ],
      fields: [textField('text', 'Your answer')],
    })
  },
  submit: dialog => {
    const text = valueOf(dialog, 'text')
    return text.trim() === ''
      ? { kind: 'missing', says: 'Write what you would say. A wrong estimate is worse than the time of the next word.' }
      : { kind: 'ask', ask: { kind: 'answer event', inject: dialog.about ?? '', text } }
  },
}

/** What it costs is read before it is taken; what it says, after. `about`: which. */
export const hintDialog: DialogSpec = {
  draft: ({ drill, now }) => {
    const offered = offeredHint(drill, now)
    if (offered === null) return form('A hint', 'Go back', { says: [{ text: 'There is no hint for this moment.' }] })
    const { cost, spent } = offered
    return form('A hint', `Take it for ${pointsText(cost)}`, {
      costly: true,
      says: [
        { text: `This hint ${hintPrice(offered)} of 100.`, tone: 'warn' },
        { text: spent === 0 ? 'None was taken so far.' : `Hints have cost ${pointsText(spent)} so far.` },
        { text: 'What it says stands in the drill (D) once it is taken, for everybody who plays.' },
      ],
    })
  },
  submit: ({ about }) =>
    about === null ? { kind: 'close' } : { kind: 'ask', ask: { kind: 'take a hint', hint: Number(about) } },
}

/** Types nothing: halting is harmless, and must never be hard. */
export const haltDialog: DialogSpec = {
  draft: ({ run }) =>
    form('Halt the drill', 'Halt it', {
      says: [
        { text: 'Everything that was hurt on purpose is put right now, and nothing more is hurt.' },
        { text: `Run ${run.run?.id ?? ''} goes on, but in a sandbox: that ends with the drill, and stops it.` },
      ],
      fields: [textField('reason', 'Why (optional)')],
    }),
  submit: dialog => ({
    kind: 'ask',
    ask: { kind: 'halt', reason: valueOf(dialog, 'reason').trim() || 'halted by whoever plays it' },
  }),
}
