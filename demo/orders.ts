export type Placed = { readonly id: number; readonly note: string }

export type Stream = {
  readonly start: () => void
  readonly stop: () => Promise<void>
  readonly placed: () => readonly Placed[]
  readonly refused: () => number
  readonly until: (count: number, none: boolean) => Promise<void>
}

/** Customers who order through the gateway, one after the other, and keep the number they were told. */
export function placeOrders({
  port,
  password,
  everyMs,
}: {
  readonly port: number
  readonly password: string
  readonly everyMs: number
}): Stream {
  const placed: Placed[] = []
  const ending = new AbortController()
  let refused = 0
  let loop: Promise<void> = Promise.resolve()
  const run = async (): Promise<void> => {
    for (let number = 1; !ending.signal.aborted; number += 1) {
      const note = `order ${number}, please ring`
      const id = await order(port, password, note)
      if (id === null) refused += 1
      else placed.push({ id, note })
      await pause(everyMs, ending.signal)
    }
  }
  return {
    start: () => {
      if (everyMs > 0) loop = run()
    },
    stop: async () => {
      ending.abort()
      await loop
    },
    placed: () => placed,
    refused: () => refused,
    until: async (count, none) => {
      for (let tries = 0; !none && placed.length < count && tries < 600; tries += 1) await pause(50, ending.signal)
    },
  }
}

async function order(port: number, password: string, note: string): Promise<number | null> {
  const login = await post(port, '/login', { user: 'probe', password }, '')
  const token = login?.body['token']
  if (typeof token !== 'string') return null
  const checkout = await post(port, '/checkout', { sku: 'tea', note }, token)
  return checkout?.status === 201 ? Number(checkout.body['id']) : null
}

async function post(
  port: number,
  path: string,
  body: unknown,
  token: string,
): Promise<{ readonly status: number; readonly body: Record<string, unknown> } | null> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        connection: 'close',
        ...(token === '' ? {} : { authorization: token }),
      },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(5000),
    })
    return { status: response.status, body: (await response.json()) as Record<string, unknown> }
  } catch {
    return null
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, ms)
  signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true })
  return promise
}
