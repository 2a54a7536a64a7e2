import type { ProxyFile } from '../../../../state/drill/proxy.ts'
import { openControl } from './control.ts'
import { openBoard, type Board } from './faults.ts'
import { closed, listenAt } from './listen.ts'
import { openWay, type Way } from './way.ts'

export type Proxy = { readonly close: () => Promise<void> }

/** Listens everywhere, or nowhere: rejects with what the system refuses. */
export async function openProxy({ control, routes }: ProxyFile): Promise<Proxy> {
  const ways = new Map<string, Way>()
  const board: Board = openBoard(
    route => ways.get(route)?.drop(),
    () => new Date(),
  )
  for (const [name, { to }] of Object.entries(routes))
    ways.set(
      name,
      openWay(to, () => board.on(name)),
    )
  const listens = Object.fromEntries(Object.entries(routes).map(([name, { listen }]) => [name, listen]))
  const told = openControl(board, listens)
  const close = async (): Promise<void> => {
    board.close()
    for (const { drop } of ways.values()) drop()
    told.closeAllConnections()
    await Promise.all([told, ...[...ways.values()].map(({ server }) => server)].map(closed))
  }
  try {
    for (const [name, { server }] of ways) await listenAt(server, listens[name] ?? control)
    await listenAt(told, control)
  } catch (error) {
    await close()
    throw error
  }
  return { close }
}
