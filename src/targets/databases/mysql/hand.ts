/** What an adapter is at by itself, for whoever asks for its pulse meanwhile. Nothing of it is kept. */
export type Hand = {
  readonly now: () => readonly Doing[]
  /** One piece of work, in words, and what it is part of. */
  readonly during: <T>(is: Pick<Doing, 'what' | 'of'>, work: (say: Say) => Promise<T>) => Promise<T>
}

/** What became known of it since. */
export type Say = (more: Partial<Omit<Doing, 'what' | 'of' | 'seconds'>>) => void

export type Doing = {
  readonly what: string
  /** Its command, as a plan tells it. */
  readonly of: string
  readonly seconds: number
  /** The server's session that carries it out. */
  readonly session?: number
  /** Rows that it will have changed, as far as that is known. */
  readonly rows?: number
  /** How far it is, 0 to 100, where the server does not tell. */
  readonly percent?: number
  /** Why it goes no further for the moment. */
  readonly pauses?: string | null
  /** What is settled of it already, a line each. */
  readonly landed?: readonly string[]
}

export function openHand(clock = () => performance.now()): Hand {
  const all = new Map<symbol, { readonly began: number; readonly is: Omit<Doing, 'seconds'> }>()
  return {
    now: () => [...all.values()].map(({ began, is }) => ({ ...is, seconds: Math.round((clock() - began) / 1000) })),
    during: async (is, work) => {
      const [key, began] = [Symbol(is.of), clock()]
      all.set(key, { began, is })
      const say: Say = more => all.set(key, { began, is: { ...(all.get(key)?.is ?? is), ...more } })
      return work(say).finally(() => all.delete(key))
    },
  }
}
