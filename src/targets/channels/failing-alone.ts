import { refused } from './deliver.ts'
import { NotReady } from './not-ready.ts'
import type { ChannelAct } from './port.ts'

/** What was not ready fails its message; anything else that is thrown is a bug of Astern's, and goes on. */
export function failingAlone(channel: ChannelAct): ChannelAct {
  return {
    ...channel,
    probe: (command, context) =>
      channel.probe(command, context).catch(error => ({ verdict: 'unclear', observed: null, says: wordsOf(error) })),
    apply: (command, permit, context, evidence) =>
      channel.apply(command, permit, context, evidence).catch(error => refused(command, wordsOf(error), null)),
  }
}

function wordsOf(error: unknown): string {
  if (error instanceof NotReady) return error.message
  throw error
}
