import { stagesOf, type Channel } from '../../state/channel.ts'
import { wordsFor, type Words } from '../../state/channel-words.ts'
import type { MessageMoment } from '../../state/message.ts'
import { draftMessage, wordsOf } from '../../state/messages.ts'
import type { ConsoleState } from '../../state/store.ts'
import type { Said } from './dialog.ts'

type Named = readonly [name: string, channel: Channel]

/** What goes out as soon as the decision to roll back is recorded. */
export function openingSays(state: ConsoleState): readonly Said[] {
  const told = toldOf(state, 'opened')
  if (told.length === 0) return []
  const { run, now } = state
  return [
    { text: '"roll back" tells at once, with the scope as it stands below then:' },
    ...wordForWord(told, ({ audience }) => draftMessage('opened', run, now, audience)),
  ]
}

/** What goes out with the approval. */
export function approvalSays(state: ConsoleState): readonly Said[] {
  const told = toldOf(state, 'decided')
  if (told.length === 0) return [{ text: 'Tells nobody: no channel is declared for it.', tone: 'warn' }]
  const { run, now } = state
  return [
    { text: 'Tells, with the approval (Esc, then e, edits what the team reads):' },
    ...wordForWord(told, ({ audience }) => wordsOf('decided', run, now, audience)),
  ]
}

export function toldOf({ run }: ConsoleState, moment: MessageMoment): readonly Named[] {
  return Object.entries(run.run?.manifest.notify ?? {}).filter(([, channel]) => stagesOf(channel).includes(moment))
}

/** As each service takes it; those who get the same words together. */
export function wordForWord(channels: readonly Named[], words: (channel: Channel) => Words): readonly Said[] {
  const names = new Map<string, string[]>()
  for (const [name, channel] of channels) {
    const { subject, text } = wordsFor(channel.kind, words(channel))
    const said = `${subject} | ${text}`
    names.set(said, [...(names.get(said) ?? []), nameOf([name, channel])])
  }
  return [...names].map(([said, to]) => ({ text: `${to.join(', ')}: ${said}` }))
}

export function nameOf([name, { kind, audience }]: Named): string {
  return `${name} (${kind}, ${audience})`
}
