import type { ChannelMeans } from './port.ts'

/** What a channel needs is not there: nothing was sent, and that is no bug of Astern's. */
export class NotReady extends Error {}

/** A secret or a file that leads nowhere any more fails its message, and nothing else. */
export function readyMeans(means: ChannelMeans): ChannelMeans {
  return { ...means, resolve: value => orNotReady(means.resolve(value)) }
}

export async function orNotReady<T>(value: Promise<T>): Promise<T> {
  return value.catch((error: unknown) => {
    throw new NotReady(error instanceof Error ? error.message : String(error))
  })
}
