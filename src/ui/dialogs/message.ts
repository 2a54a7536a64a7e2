import { stagesOf, type Channel } from '../../state/channel.ts'
import { wordsFor, type Words } from '../../state/channel-words.ts'
import { draftMessage, isOfTeam, withoutNext } from '../../state/messages.ts'
import type { ConsoleState } from '../../state/store.ts'
import { valueOf, type DialogSpec, type Said } from './dialog.ts'
import { form, textField } from './fields.ts'

/** The first message, sent when the plan is approved; below it, word for word, what others are told. */
export const messageDialog: DialogSpec = {
  draft: state => {
    const { run, now } = state
    const told = Object.entries(run.run?.manifest.notify ?? {}).filter(([, channel]) =>
      stagesOf(channel).includes('decided'),
    )
    const drafted = draftMessage('decided', run, now)
    const team = told.filter(([, { audience }]) => isOfTeam(audience))
    const others = told.filter(([, { audience }]) => !isOfTeam(audience))
    const names = team.map(([name, { kind, audience }]) => `${name} (${kind}, ${audience})`).join(', ')
    const { subject, text } = run.message ?? { ...drafted, text: withoutNext(drafted.text) }
    return form('Edit the first message', 'Keep this message', {
      says: [
        { text: `Goes out with the approval, to: ${names || 'nobody, no channel is declared for the team'}` },
        { text: 'When the next one comes is added as it is sent.' },
        ...grouped(others, ({ audience }) => draftMessage('decided', run, now, audience)),
      ],
      fields: [textField('subject', 'Subject', subject), textField('text', 'Text', text)],
      guarded: false,
    })
  },
  submit: dialog => {
    const ask = {
      kind: 'edit the message',
      subject: valueOf(dialog, 'subject'),
      text: valueOf(dialog, 'text'),
    } as const
    if (ask.subject.trim() === '') return { kind: 'missing', says: 'The message needs a subject.' }
    return { kind: 'ask', ask }
  },
}

/** What goes out as soon as the decision to roll back is recorded. */
export function openingSays({ run, now }: ConsoleState): readonly Said[] {
  const told = Object.entries(run.run?.manifest.notify ?? {}).filter(([, channel]) =>
    stagesOf(channel).includes('opened'),
  )
  if (told.length === 0) return []
  return [
    { text: '"roll back" tells at once, with the scope as it stands below then:' },
    ...grouped(told, ({ audience }) => draftMessage('opened', run, now, audience)),
  ]
}

/** Word for word, as each service takes it; those who get the same words together. */
function grouped(
  channels: readonly (readonly [string, Channel])[],
  wordsOf: (channel: Channel) => Words,
): readonly Said[] {
  const names = new Map<string, string[]>()
  for (const [name, channel] of channels) {
    const { subject, text } = wordsFor(channel.kind, wordsOf(channel))
    const words = `${subject} | ${text}`
    names.set(words, [...(names.get(words) ?? []), `${name} (${channel.kind}, ${channel.audience})`])
  }
  return [...names].map(([words, to]) => ({ text: `${to.join(', ')}: ${words}` }))
}
