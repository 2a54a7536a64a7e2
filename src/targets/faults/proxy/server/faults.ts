import { routeTo, type ProxyFault } from '../../../../state/drill/proxy.ts'

/** What a proxy has been told to do, each until its time. */
export type Board = {
  readonly put: (fault: Omit<ProxyFault, 'expiresAt'>) => ProxyFault
  readonly remove: (run: string, inject: string) => void
  readonly all: () => readonly ProxyFault[]
  readonly on: (route: string) => Disturbance
  readonly close: () => void
}

/** What happens to a connection on a way now. */
export type Disturbance = {
  readonly cut: boolean
  readonly errors: boolean
  readonly laterMs: number
}

/** Where a scenario does not say how much. */
const laterMs = 1_000

/** `changed`: a way is disturbed from now on, and what goes through it begins anew. */
export function openBoard(changed: (route: string) => void, now: () => Date): Board {
  const held = new Map<string, { readonly fault: ProxyFault; readonly timer: NodeJS.Timeout }>()
  const remove = (key: string): void => {
    clearTimeout(held.get(key)?.timer)
    held.delete(key)
  }
  const all = (): readonly ProxyFault[] => [...held.values()].map(({ fault }) => fault)
  return {
    all,
    put: asked => {
      const key = keyOf(asked.run, asked.injected.inject)
      const before = held.get(key)
      if (before !== undefined) return before.fault
      const { expiresMs, target } = asked.injected
      const fault = { ...asked, expiresAt: new Date(now().getTime() + expiresMs).toISOString() }
      held.set(key, { fault, timer: setTimeout(() => remove(key), expiresMs) })
      changed(routeTo(target) ?? '')
      return fault
    },
    remove: (run, inject) => remove(keyOf(run, inject)),
    on: route => disturbance(all().filter(({ injected }) => routeTo(injected.target) === route)),
    close: () => {
      for (const key of held.keys()) remove(key)
    },
  }
}

function disturbance(faults: readonly ProxyFault[]): Disturbance {
  const is = (...kinds: readonly string[]): boolean => faults.some(({ injected }) => kinds.includes(injected.fault))
  const later = faults.filter(({ injected }) => injected.fault === 'latency')
  return {
    cut: is('cut_off', 'daemon_gone'),
    errors: is('errors', 'channel_down'),
    laterMs: later.reduce((sum, { injected }) => sum + (injected.settings.everyMs ?? laterMs), 0),
  }
}

function keyOf(run: string, inject: string): string {
  return `${run}\n${inject}`
}
