import { answerDue, isUnanswered } from '../../state/helm.ts'
import { askedOf } from '../../state/helm-words.ts'
import type { HelmAsk } from '../../state/run-state.ts'
import type { ConsoleState } from '../../state/store.ts'
import { timeOfDay } from '../../state/times.ts'
import { valueOf, type Dialog, type DialogSpec, type Draft, type Submitted } from './dialog.ts'
import { form, pickField, textField } from './fields.ts'

const [ask, take] = ['ask them', 'take it now'] as const
const [keep, give] = ['keep it', 'give it'] as const

/** One key for all that can be done about the helm: take it, ask for it, or answer whoever asks. */
export const helmDialog: DialogSpec = {
  draft: state => {
    const { holder, asked } = state.run.helm
    if (asked !== undefined && askedOf(state.run, state.me.console) !== null) return answering(asked)
    if (holder === null) return taking(['Nobody is at the helm.'], 'Reason (optional)')
    return asked?.console === state.me.console ? waiting(state, holder.name, asked) : asking(holder)
  },
  submit: dialog => (dialog.fields.some(({ id }) => id === 'answer') ? answered(dialog) : asks(dialog)),
}

function answering({ name, reason }: HelmAsk): Draft {
  return form(`${name} asks for the helm`, 'Answer', {
    says: [{ text: reason === null ? 'They gave no reason.' : `Because: ${reason}` }],
    fields: [pickField('answer', 'Answer', [keep, give], keep), textField('word', 'A word to them (optional)')],
  })
}

function asking({ name, since }: { readonly name: string; readonly since: string }): Draft {
  return form('The helm', 'Go on', {
    says: [
      { text: `${name} has the helm since ${timeOfDay(since)}.` },
      { text: 'Asked, they give it or keep it. If no answer comes you may take it half a minute later.' },
      { text: 'Taken now, it needs a reason, which they read.' },
    ],
    fields: [pickField('how', 'How', [ask, take], ask), textField('reason', 'Why (they read it)')],
  })
}

function waiting({ now }: ConsoleState, holder: string, asked: HelmAsk): Draft {
  const at = timeOfDay(asked.at)
  return isUnanswered(asked, now)
    ? taking([`${holder} was asked at ${at}, and no answer came.`], 'Reason (optional)')
    : taking([`${holder} was asked at ${at}, and has until ${timeOfDay(answerDue(asked))} to answer.`], 'Reason')
}

function taking(says: readonly string[], label: string): Draft {
  return form('Take the helm', 'Take it', { says: says.map(text => ({ text })), fields: [textField('reason', label)] })
}

function asks(dialog: Dialog): Submitted {
  const reason = textOf(dialog, 'reason')
  return valueOf(dialog, 'how') === ask
    ? { kind: 'ask', ask: { kind: 'ask for the helm', reason } }
    : { kind: 'ask', ask: { kind: 'take the helm', reason } }
}

function answered(dialog: Dialog): Submitted {
  const to = dialog.about ?? ''
  return valueOf(dialog, 'answer') === give
    ? { kind: 'ask', ask: { kind: 'give the helm', to } }
    : { kind: 'ask', ask: { kind: 'keep the helm', to, word: textOf(dialog, 'word') } }
}

function textOf(dialog: Dialog, id: string): string | null {
  const text = valueOf(dialog, id).trim()
  return text === '' ? null : text
}
