/** What an adapter is at by itself, for whoever asks for its pulse meanwhile. Nothing of it is kept. */
export type Hand = {
  readonly now: () => Doing | null
  /** One piece of work at a time, in words. */
  readonly during: <T>(what: string, work: () => Promise<T>) => Promise<T>
  /** What became known of it since. */
  readonly say: (more: Partial<Omit<Doing, 'what' | 'seconds'>>) => void
}

export type Doing = {
  readonly what: string
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
  let doing: { readonly began: number; readonly is: Omit<Doing, 'seconds'> } | null = null
  return {
    now: () => doing && { ...doing.is, seconds: Math.round((clock() - doing.began) / 1000) },
    during: async (what, work) => {
      const mine = { began: clock(), is: { what } }
      doing = mine
      return work().finally(() => {
        if (doing?.began === mine.began) doing = null
      })
    },
    say: more => {
      if (doing !== null) doing = { ...doing, is: { ...doing.is, ...more } }
    },
  }
}
